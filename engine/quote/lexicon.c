/* What mail programs write above what is quoted or passed on, in the languages that they have. */

/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

/*
 * One list a kind, folded as quote_fold() does it, so that reading a mail folds
 * none of them; a test holds them to it.
 */
static const char *const wrote[] = {
	"schreef", "geschreven", "heeft geschreven", "wrote", "writes", "schrieb", "a ecrit", "ecrit",
	"ha scritto", "scritto", "escribio", "ha escrito", "escreveu", "skrev", "kirjoitti", "napisal", "napisala",
	"napisal(a)", "napsal", "napsala", "napsal(a)", "irta", "ezt irta", "yazdi", "sunlari yazdi", "a scris",
	"kirjutas", "skrifadi", "napisao", "je napisal", "написал", "написал(а)", "написала", "пишет", "пише",
	"написав", "έγραψε", "写道", "寫道", "のメール",
};

static const char *const original[] = {
	"oorspronkelijk bericht", "origineel bericht", "original message", "original email",
	"original appointment", "ursprungliche nachricht", "originalnachricht", "message d'origine",
	"message original", "message initial", "mensaje original", "mensagem original", "messaggio originale",
	"original meddelelse", "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding",
	"ursprungligt meddelande", "originalmeddelande", "alkuperainen viesti", "eredeti uzenet", "puvodni zprava",
	"povodna sprava", "wiadomosc oryginalna", "oryginalna wiadomosc", "mesaj original", "orijinal mesaj",
	"ozgun ileti", "orjinal mesaj", "исходное сообщение", "оригинальное сообщение", "вихідне повідомлення",
	"原始邮件", "原始郵件", "元のメッセージ",
};

static const char *const forwarded[] = {
	"doorgestuurd bericht", "begin doorgestuurd bericht", "doorgezonden bericht", "doorgestuurde e-mail",
	"doorgestuurde mail", "forwarded message", "begin forwarded message", "forwarded email", "forwarded mail",
	"fwd.msg", "start of forwarded message", "weitergeleitete nachricht",
	"anfang der weitergeleiteten nachricht", "weitergeleitete mail", "weitergeleitete e-mail",
	"message transfere", "message transmis", "message reexpedie", "debut du message transfere",
	"debut du message reexpedie", "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada",
	"mensagem reencaminhada", "inicio da mensagem reencaminhada", "inicio da mensagem encaminhada",
	"messaggio inoltrato", "inizio messaggio inoltrato", "videresendt meddelelse", "videresendt besked",
	"start pa videresendt besked", "videresendt melding", "start pa videresendt melding",
	"vidarebefordrat mejl", "vidarebefordrat meddelande", "vidarebefordrat brev",
	"borjan pa vidarebefordrat meddelande", "valitetty viesti", "valitetty viesti / fwd.msg",
	"valitetty viesti alkaa", "edelleenlahetetty viesti", "aframsendur postur", "tovabbitott uzenet",
	"tovabbitott level", "tovabbitott level kezdete", "tovabbitott uzenet kezdete", "preposlana zprava",
	"zacatek preposlane zpravy", "preposlana sprava", "zaciatok preposlanej spravy", "przekazana wiadomosc",
	"wiadomosc przekazana dalej", "poczatek przekazywanej wiadomosci", "mesaj redirectionat",
	"inceputul mesajului redirectionat", "iletilen ileti", "iletilmis mesaj", "iletilen mesaj",
	"yonlendirilen mesaj", "iletilen mesajin baslangici", "edastatud kiri", "edastatud sonum",
	"proslijedena poruka", "перенаправленное сообщение", "пересылаемое сообщение",
	"переадресованное сообщение", "начало переадресованного сообщения", "пересланное сообщение",
	"переслане повідомлення", "початок листа, що пересилається", "пересланий лист", "转发的消息", "转发邮件", "轉寄的郵件",
	"転送されたメッセージ", "προωθημένο μήνυμα",
};

static const char *const from[] = {
	"van", "afzender", "from", "von", "absender", "de", "expediteur", "emisor", "remitente", "remetente", "da",
	"mittente", "fra", "fran", "lahettaja", "felado", "od", "odesilatel", "odosielatel", "nadawca", "kimden",
	"gonderen", "от", "от кого", "від", "від кого", "de la", "saatja", "από", "发件人", "寄件者", "差出人", "보낸 사람",
	"salje",
};

static const char *const sent[] = {
	"verzonden", "verzonden op", "verstuurd", "verstuurd op", "datum", "sent", "date", "sent at", "sent on",
	"gesendet", "gesendet am", "envoye", "envoye le", "fecha", "enviado", "enviado el", "enviado em",
	"enviada", "enviada em", "data", "inviato", "data invio", "sendt", "sendt den", "dato", "skickat",
	"lahetetty", "paivamaara", "paivays", "pvm", "odeslano", "odoslane", "elkuldve", "kuldve", "tarih",
	"gonderildi", "gonderilme tarihi", "gonderme tarihi", "дата", "отправлено", "надіслано", "trimis",
	"trimis la", "wyslano", "wyslane", "saadetud", "kuupaev", "ημερομηνία", "发送时间", "日期", "寄件日期", "日時", "送信日時",
	"날짜", "보낸 날짜", "dagsetning",
};

static const char *const to[] = {
	"aan", "to", "an", "a", "para", "til", "till", "vastaanottaja", "komu", "kime", "alici", "кому", "catre",
	"cimzett", "pre", "do", "saaja", "destinataire", "destinatario", "收件人", "宛先", "받는 사람", "προς", "prima",
};

static const char *const cc[] = {
	"cc", "bcc", "kopie", "kopi", "kopia", "copie", "copie a", "copia", "masolatot kap", "masolat", "bilgi",
	"копия", "копія", "kopio", "dw", "抄送", "副本", "참조", "κοιν",
};

static const char *const subject[] = {
	"onderwerp", "betreft", "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "emne",
	"amne", "aihe", "predmet", "targy", "konu", "тема", "subiect", "temat", "teema", "主题", "主旨", "件名", "제목",
	"θέμα", "naslov", "efni",
};

static const char *const field[] = {
	"antwoord aan", "beantwoorden", "reply-to", "reply to", "antwort an", "repondre a", "responder a",
	"rispondi a", "risposta", "svar til", "svara till", "bijlage", "bijlagen", "attachments", "attachment",
	"anlagen", "anhang", "pieces jointes", "datos adjuntos", "allegati", "urgentie", "prioriteit",
	"importance", "importantie", "belang", "priority", "wichtigkeit", "gevoeligheid", "sensitivity",
	"organisation", "organization", "resent-from", "message-id", "verzonden door", "categorieen", "gesprek",
	"mailed-by", "signed-by",
};

static const char *const device[] = {
	"verzonden vanaf", "verstuurd vanaf", "verzonden vanuit", "verstuurd vanuit", "verzonden met",
	"verstuurd met", "verzonden via", "verstuurd via", "vanaf mijn", "outlook voor", "download outlook voor",
	"get outlook for", "sent from", "sent with", "sent via", "sent using", "gesendet von", "gesendet mit",
	"von meinem", "outlook fur", "diese nachricht wurde von meinem", "envoye de mon", "envoye de",
	"envoye depuis", "envoye a partir de", "telecharger outlook pour", "obtenez outlook pour", "enviado desde",
	"enviado de", "enviado do", "obtener outlook para", "inviato da", "inviato dal", "ottieni outlook per",
	"sendt fra", "hent outlook", "skickat fran", "hamta outlook", "lahetetty", "wyslane z", "wyslano z",
	"odeslano z", "odoslane z", "отправлено с", "надіслано з", "trimis de pe", "iphone'umdan gonderildi",
	"получить outlook",
};

static const char *const below[] = {
	"zie hieronder", "hieronder in", "antwoorden hieronder", "reactie hieronder", "tussen de regels",
	"in het rood", "in rood", "in het blauw", "in blauw", "in groen", "zie onder", "zie mijn antwoorden",
	"zie mijn reactie", "tussen de tekst", "see below", "answers below", "replies below", "inline below",
	"answered inline", "comments inline", "in red", "in blue", "siehe unten", "voir ci-dessous",
};

static const char *const mark_reply[] = {
	"re", "antw", "antwoord", "betr", "aw", "sv", "vs", "odp", "ynt", "rif", "r", "res", "ref", "resp", "va",
	"回复", "回覆", "答复", "返信",
};

static const char *const mark_forward[] = {
	"fwd", "fw", "fwd.msg", "doorst", "doorsturen", "doorgestuurd", "doorzenden", "wg", "wtr", "tr", "trans",
	"rv", "reenv", "enc", "vl", "vb", "vid", "vs fwd", "i", "inol", "pd", "ilt", "iml", "yml", "tov",
	"tovabbitas", "fs", "edast", "пересл", "转发", "轉寄", "転送",
};

static const char *const opening[] = {
	"op", "on", "am", "le", "el", "em", "il", "den", "dne", "dnia", "dna", "в", "at", "in data", "a", "na",
	"pada", "tarihinde", "datum", "on the", "在", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag",
	"zaterdag", "zondag", "ma", "di", "wo", "do", "vr", "za", "zo", "pe", "to", "ti", "ke", "la", "su", "tir",
	"tirs", "ons", "tor", "tors", "fre", "lor", "son", "man", "lun", "mar", "mer", "jeu", "ven", "sam", "dim",
	"tis", "pon", "wt", "sr", "czw", "pt", "sob", "niedz", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "mon",
	"tue", "wed", "thu", "fri", "sat", "sun",
};

static const char *const self[] = {
	"ik", "wij", "we", "i", "ich", "wir", "nous", "j'ai", "yo", "nosotros", "eu", "io", "noi", "jag", "jeg",
	"vi", "mina",
};

static const char *const behalf[] = {
	"namens", "on behalf of", "im auftrag von", "de la part de", "en nombre de", "per conto di", "em nome de",
	"pa vegne af", "pa vegne av", "for", "via",
};

#define LIST(kind, words) [kind] = { words, sizeof words / sizeof *words }

static const struct {
	const char *const *words;
	size_t count;
} lists[QUOTE_WORD_KINDS] = {
	LIST(QUOTE_WORD_WROTE, wrote),
	LIST(QUOTE_WORD_ORIGINAL, original),
	LIST(QUOTE_WORD_FORWARDED, forwarded),
	LIST(QUOTE_WORD_FROM, from),
	LIST(QUOTE_WORD_SENT, sent),
	LIST(QUOTE_WORD_TO, to),
	LIST(QUOTE_WORD_CC, cc),
	LIST(QUOTE_WORD_SUBJECT, subject),
	LIST(QUOTE_WORD_FIELD, field),
	LIST(QUOTE_WORD_DEVICE, device),
	LIST(QUOTE_WORD_BELOW, below),
	LIST(QUOTE_WORD_MARK_REPLY, mark_reply),
	LIST(QUOTE_WORD_MARK_FORWARD, mark_forward),
	LIST(QUOTE_WORD_OPENING, opening),
	LIST(QUOTE_WORD_SELF, self),
	LIST(QUOTE_WORD_BEHALF, behalf),
};

void lexicon_init(struct lexicon *w, const struct quote_word *extra, size_t extra_count, struct arena *arena)
{
	size_t i;

	*w = (struct lexicon){ .extra = arena_array(arena, extra_count + 1, sizeof *w->extra), .count = extra_count };
	for (i = 0; i < extra_count; i++)
		w->extra[i] = (struct quote_word){ extra[i].kind, quote_fold(arena, extra[i].words) };
}

const char *lexicon_next(const struct lexicon *w, enum quote_word_kind kind, size_t *at)
{
	if (*at < lists[kind].count)
		return lists[kind].words[(*at)++];
	while (*at - lists[kind].count < w->count) {
		const struct quote_word *word = &w->extra[(*at)++ - lists[kind].count];

		if (word->kind == kind && *word->words)
			return word->words;
	}
	return NULL;
}

bool lexicon_is(const struct lexicon *w, enum quote_word_kind kind, const char *folded, size_t len)
{
	const char *word;
	size_t at = 0;

	while ((word = lexicon_next(w, kind, &at)) != NULL)
		if (word[0] == folded[0] && strlen(word) == len && !memcmp(word, folded, len))
			return true;
	return false;
}

/* A letter, in ASCII or not: what a word goes on with. */
static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Chinese and Japanese have no blanks between words. */
static bool is_glued(const char *word)
{
	return (unsigned char)word[0] >= 0xe3;
}

size_t lexicon_starts(const struct lexicon *w, enum quote_word_kind kind, const char *folded)
{
	size_t at = 0, best = 0, len;
	const char *word;

	while ((word = lexicon_next(w, kind, &at)) != NULL) {
		if (word[0] != folded[0])
			continue;
		len = strlen(word);
		if (len > best && str_starts(folded, word) && (is_glued(word) || !is_letter(folded[len])))
			best = len;
	}
	return best;
}

/* The first place where the word stands by itself. */
static const char *find_word(const char *folded, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = folded; (at = strstr(at, word)) != NULL; at++)
		if (is_glued(word) || ((at == folded || !is_letter(at[-1])) && !is_letter(at[len])))
			return at;
	return NULL;
}

const char *lexicon_find(const struct lexicon *w, enum quote_word_kind kind, const char *folded)
{
	const char *best = NULL, *word, *found;
	size_t at = 0;

	while ((word = lexicon_next(w, kind, &at)) != NULL) {
		found = find_word(folded, word);
		if (found && (!best || found < best))
			best = found;
	}
	return best;
}

size_t lexicon_ends(const struct lexicon *w, enum quote_word_kind kind, const char *folded, size_t len)
{
	size_t at = 0, best = 0, n;
	const char *word;

	while ((word = lexicon_next(w, kind, &at)) != NULL) {
		n = strlen(word);
		if (n > best && n <= len && !memcmp(folded + len - n, word, n))
			best = n;
	}
	return best;
}
