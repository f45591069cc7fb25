#!/bin/sh
# make fuzz-rule: libFuzzer over the rule language, stage by stage, under the address and undefined-behaviour sanitizers.
#
#   FUZZ_SECONDS  for each stage (default 60)      FUZZ_RUNS   instead: executions of each stage
#   FUZZ_SANITIZERS  default "address,undefined"; "" is five times as fast, for the same corpus
#   FUZZ_COMPARE  "no" does not trace comparisons: four times as fast, for after a first night with them
#   FUZZ_LENGTH   longest input (default 3000 bytes)
#   FUZZ_STAGES   default "lexer parser checker prover"
#   FUZZ_FOLDER   where the corpus grows and finds are left (default ./fuzz-rule)
set -e
top=${top_srcdir:-$(dirname "$0")/../..}
folder=${FUZZ_FOLDER:-fuzz-rule}
compiler=${FUZZ_CC:-clang}
sanitizers=${FUZZ_SANITIZERS-address,undefined}
mkdir -p "$folder/seeds"
folder=$(cd "$folder" && pwd)

if ! echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
	"$compiler" -fsanitize=fuzzer -x c -o "$folder/probe" - 2>/dev/null; then
	echo "fuzz-rule: '$compiler' cannot build with -fsanitize=fuzzer: install clang" >&2
	exit 1
fi
rm -f "$folder/probe"
coverage=
[ "$FUZZ_COMPARE" != no ] || coverage=-fno-sanitize-coverage=trace-cmp,trace-div,trace-gep
# shellcheck disable=SC2046,SC2086
"$compiler" -std=gnu17 -g -O2 -fno-omit-frame-pointer -fsanitize="fuzzer${sanitizers:+,$sanitizers}" \
	-fno-sanitize-recover=all $coverage \
	-D_GNU_SOURCE -I"$top/engine" -include base/banned.h $(pkg-config --cflags libpcre2-8) \
	"$top"/tests/fuzz/fuzz-rule.c "$top"/engine/prove/*.c "$top"/engine/flow/*.c "$top"/engine/rule/*.c "$top"/engine/match/*.c \
	"$top"/engine/model/*.c "$top"/engine/base/*.c \
	$(pkg-config --libs libpcre2-8) -o "$folder/fuzz-rule"

for seed in "$top"/tests/golden/*/*.rules "$top"/tests/golden/rule/*.part "$top"/rules/*.rules; do
	cp "$seed" "$folder/seeds/$(basename "$(dirname "$seed")")-$(basename "$seed")"
done
limit="-max_total_time=${FUZZ_SECONDS:-60}"
[ -z "$FUZZ_RUNS" ] || limit="-runs=$FUZZ_RUNS"
for stage in ${FUZZ_STAGES:-lexer parser checker prover}; do
	mkdir -p "$folder/$stage"
	echo "fuzz-rule: stage $stage"
	POSTKAMER_FUZZ_STAGE=$stage "$folder/fuzz-rule" "$limit" -max_len=${FUZZ_LENGTH:-3000} -timeout=20 -rss_limit_mb=3000 -reload=0 \
		-print_final_stats=1 -verbosity=0 -dict="$top/tests/fuzz/rule.dict" -artifact_prefix="$folder/found-$stage-" \
		"$folder/$stage" "$folder/seeds"
done
