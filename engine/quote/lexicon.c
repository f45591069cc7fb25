/*
 * What mail programs write above what is quoted or passed on, by language, as
 * the programs have it. Entries are folded when they are used, so they stand
 * here as people read them.
 */

/* System. */
#include <ctype.h>
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "quote/quote_p.h"

/* One string a kind, entries with '|' between. */
static const struct {
	enum quote_word_kind kind;
	const char *words;
} table[] = {
	{ QUOTE_WORD_WROTE, "schreef|geschreven|heeft geschreven" },                         /* nl */
	{ QUOTE_WORD_WROTE, "wrote|writes|schrieb|a écrit|écrit|ha scritto|scritto" },        /* en de fr it */
	{ QUOTE_WORD_WROTE, "escribió|ha escrito|escreveu|skrev|kirjoitti|napisał|napisała|napisał(a)|napisal" },
	{ QUOTE_WORD_WROTE, "napsal|napsala|napsal(a)|napísal|napísala|napísal(a)|írta|ezt írta|yazdı|şunları yazdı" },
	{ QUOTE_WORD_WROTE, "a scris|kirjutas|skrifaði|napisao|je napisal|написал|написал(а)|написала|пишет|пише|написав" },
	{ QUOTE_WORD_WROTE, "έγραψε|写道|寫道|のメール" },

	{ QUOTE_WORD_ORIGINAL, "oorspronkelijk bericht|origineel bericht|original message|original email|"
			       "original appointment|ursprüngliche nachricht|originalnachricht|message d'origine|"
			       "message original|message initial|mensaje original|mensagem original|messaggio originale|"
			       "original meddelelse|oprindelig meddelelse|oprindelig besked|opprinnelig melding|"
			       "ursprungligt meddelande|originalmeddelande|alkuperäinen viesti|eredeti üzenet|"
			       "původní zpráva|pôvodná správa|wiadomość oryginalna|oryginalna wiadomość|mesaj original|"
			       "orijinal mesaj|özgün ileti|orjinal mesaj|исходное сообщение|оригинальное сообщение|"
			       "вихідне повідомлення|原始邮件|原始郵件|元のメッセージ" },

	{ QUOTE_WORD_FORWARDED, "doorgestuurd bericht|begin doorgestuurd bericht|doorgezonden bericht|"
				"doorgestuurde e-mail|doorgestuurde mail" },
	{ QUOTE_WORD_FORWARDED, "forwarded message|begin forwarded message|forwarded email|forwarded mail|fwd.msg|"
				"start of forwarded message" },
	{ QUOTE_WORD_FORWARDED, "weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
				"weitergeleitete mail|weitergeleitete e-mail" },
	{ QUOTE_WORD_FORWARDED, "message transféré|message transmis|message réexpédié|début du message transféré|"
				"début du message réexpédié" },
	{ QUOTE_WORD_FORWARDED, "mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|"
				"mensagem reencaminhada|início da mensagem reencaminhada|"
				"início da mensagem encaminhada|messaggio inoltrato|inizio messaggio inoltrato" },
	{ QUOTE_WORD_FORWARDED, "videresendt meddelelse|videresendt besked|start på videresendt besked|"
				"videresendt melding|start på videresendt melding|vidarebefordrat mejl|"
				"vidarebefordrat meddelande|vidarebefordrat brev|"
				"början på vidarebefordrat meddelande|välitetty viesti|välitetty viesti / fwd.msg|"
				"välitetty viesti alkaa|edelleenlähetetty viesti|áframsendur póstur" },
	{ QUOTE_WORD_FORWARDED, "továbbított üzenet|továbbított levél|továbbított levél kezdete|"
				"továbbított üzenet kezdete|přeposlaná zpráva|začátek přeposlané zprávy|"
				"preposlaná správa|začiatok preposlanej správy|przekazana wiadomość|"
				"wiadomość przekazana dalej|początek przekazywanej wiadomości|"
				"mesaj redirecționat|mesaj redirectionat|începutul mesajului redirecționat|"
				"iletilen ileti|iletilmiş mesaj|iletilen mesaj|yönlendirilen mesaj|"
				"iletilen mesajın başlangıcı|edastatud kiri|edastatud sõnum|proslijeđena poruka" },
	{ QUOTE_WORD_FORWARDED, "перенаправленное сообщение|пересылаемое сообщение|переадресованное сообщение|"
				"начало переадресованного сообщения|пересланное сообщение|"
				"переслане повідомлення|початок листа, що пересилається|пересланий лист|"
				"转发的消息|转发邮件|轉寄的郵件|転送されたメッセージ|προωθημένο μήνυμα" },

	{ QUOTE_WORD_FROM, "van|afzender|from|von|absender|de|expéditeur|emisor|remitente|remetente|da|mittente|fra|från|"
			   "lähettäjä|feladó|od|odesílatel|odosielateľ|nadawca|kimden|gönderen|от|от кого|від|від кого|de la|"
			   "saatja|frá|από|发件人|寄件者|差出人|보낸 사람|šalje" },
	{ QUOTE_WORD_SENT, "verzonden|verzonden op|verstuurd|verstuurd op|datum|sent|date|sent at|sent on|gesendet|"
			   "gesendet am|envoyé|envoyé le|fecha|enviado|enviado el|enviado em|enviada|enviada em|"
			   "data|inviato|data invio|sendt|sendt den|dato|skickat|lähetetty|päivämäärä|päiväys|pvm|odesláno|"
			   "odoslané|dátum|elküldve|küldve|tarih|gönderildi|gönderilme tarihi|gönderme tarihi|"
			   "дата|отправлено|надіслано|trimis|trimis la|wysłano|wysłane|saadetud|kuupäev|ημερομηνία|"
			   "发送时间|日期|寄件日期|日時|送信日時|날짜|보낸 날짜|dagsetning" },
	{ QUOTE_WORD_TO, "aan|to|an|à|a|para|til|till|vastaanottaja|komu|kime|alıcı|кому|către|címzett|pre|do|saaja|"
			 "destinataire|destinatario|收件人|宛先|받는 사람|προς|prima" },
	{ QUOTE_WORD_CC, "cc|bcc|kopie|kopi|kopia|kópia|copie|copie à|copia|cópia|másolatot kap|másolat|bilgi|"
			 "копия|копія|kopio|dw|抄送|副本|참조|κοιν" },
	{ QUOTE_WORD_SUBJECT, "onderwerp|betreft|subject|betreff|objet|sujet|asunto|assunto|oggetto|emne|ämne|aihe|předmět|"
			      "predmet|tárgy|konu|тема|subiect|temat|teema|主题|主旨|件名|제목|θέμα|naslov|efni" },
	{ QUOTE_WORD_FIELD, "antwoord aan|beantwoorden|reply-to|reply to|antwort an|répondre à|responder a|rispondi a|"
			    "risposta|svar til|svara till|bijlage|bijlagen|attachments|attachment|anlagen|anhang|"
			    "pièces jointes|datos adjuntos|allegati|urgentie|prioriteit|importance|importantie|belang|priority|"
			    "wichtigkeit|gevoeligheid|sensitivity|organisation|organization|resent-from|message-id|"
			    "verzonden door|categorieën|gesprek|mailed-by|signed-by" },

	{ QUOTE_WORD_DEVICE, "verzonden vanaf|verstuurd vanaf|verzonden vanuit|verstuurd vanuit|"
			     "verzonden met|verstuurd met|verzonden via|verstuurd via|"
			     "vanaf mijn|outlook voor|download outlook voor|get outlook for|sent from|sent with|"
			     "sent via|sent using|gesendet von|gesendet mit|von meinem|outlook für|outlook fur|"
			     "diese nachricht wurde von meinem|envoyé de mon|envoyé de|envoyé depuis|"
			     "envoyé à partir de|télécharger outlook pour|obtenez outlook pour|enviado desde|"
			     "enviado de|enviado do|obtener outlook para|inviato da|inviato dal|ottieni outlook per|"
			     "sendt fra|hent outlook|skickat från|hämta outlook|lähetetty|wysłane z|wysłano z|"
			     "odesláno z|odoslané z|отправлено с|надіслано з|trimis de pe|iphone'umdan gönderildi|"
			     "получить outlook" },

	{ QUOTE_WORD_BELOW, "zie hieronder|hieronder in|antwoorden hieronder|reactie hieronder|tussen de regels|"
			    "in het rood|in rood|in het blauw|in blauw|in groen|zie onder|zie mijn antwoorden|"
			    "zie mijn reactie|tussen de tekst|see below|answers below|replies below|inline below|"
			    "answered inline|comments inline|in red|in blue|siehe unten|voir ci-dessous" },

	{ QUOTE_WORD_MARK_REPLY, "re|antw|antwoord|betr|aw|sv|vs|odp|ynt|rif|r|res|ref|resp|vá|回复|回覆|答复|返信" },
	{ QUOTE_WORD_MARK_FORWARD, "fwd|fw|fwd.msg|doorst|doorsturen|doorgestuurd|doorzenden|wg|wtr|tr|trans|rv|reenv|enc|"
				   "vl|vb|vid|vs fwd|i|inol|pd|ilt|i̇lt|iml|yml|tov|továbbítás|fs|edast|пересл|"
				   "转发|轉寄|転送" },

	{ QUOTE_WORD_OPENING, "op|on|am|le|el|em|il|den|dne|dnia|dňa|в|at|in data|a|na|pada|tarihinde|datum|on the|在|den|"
			      "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo|"
			      "pe|to|ti|ke|la|su|tir|tirs|ons|tor|tors|fre|lør|søn|man|lun|mar|mer|jeu|ven|sam|dim|"
			      "mån|tis|lör|sön|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс|"
			      "mon|tue|wed|thu|fri|sat|sun" },
	{ QUOTE_WORD_SELF, "ik|wij|we|i|ich|wir|nous|j'ai|yo|nosotros|eu|io|noi|jag|jeg|vi|minä" },
	{ QUOTE_WORD_BEHALF, "namens|on behalf of|im auftrag von|de la part de|en nombre de|per conto di|em nome de|"
			     "på vegne af|på vegne av|för|via" },
};

static void add(struct lexicon *w, enum quote_word_kind kind, const char *words, size_t len)
{
	const char *folded = quote_fold(w->arena, arena_strndup(w->arena, words, len));

	if (!*folded)
		return;
	w->list = arena_grow(w->arena, w->list, w->count, sizeof *w->list);
	w->list[w->count++] = (struct quote_word){ kind, folded };
}

void lexicon_init(struct lexicon *w, const struct quote_word *extra, size_t extra_count, struct arena *arena)
{
	size_t i;

	*w = (struct lexicon){ .arena = arena };
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		const char *at = table[i].words;

		for (;;) {
			size_t len = strcspn(at, "|");

			add(w, table[i].kind, at, len);
			if (!at[len])
				break;
			at += len + 1;
		}
	}
	for (i = 0; i < extra_count; i++)
		add(w, extra[i].kind, extra[i].words, strlen(extra[i].words));
}

bool lexicon_is(const struct lexicon *w, enum quote_word_kind kind, const char *folded, size_t len)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->list[i].kind == kind && strlen(w->list[i].words) == len && !memcmp(w->list[i].words, folded, len))
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
	size_t i, best = 0;

	for (i = 0; i < w->count; i++) {
		const char *word = w->list[i].words;
		size_t len = strlen(word);

		if (w->list[i].kind == kind && len > best && str_starts(folded, word) &&
		    (is_glued(word) || !is_letter(folded[len])))
			best = len;
	}
	return best;
}

const char *lexicon_find(const struct lexicon *w, enum quote_word_kind kind, const char *folded)
{
	const char *best = NULL, *at;
	size_t i;

	for (i = 0; i < w->count; i++) {
		const char *word = w->list[i].words;
		size_t len = strlen(word);

		if (w->list[i].kind != kind)
			continue;
		for (at = folded; (at = strstr(at, word)) != NULL; at++)
			if (is_glued(word) || ((at == folded || !is_letter(at[-1])) && !is_letter(at[len])))
				break;
		if (at && (!best || at < best))
			best = at;
	}
	return best;
}

size_t lexicon_ends(const struct lexicon *w, enum quote_word_kind kind, const char *folded, size_t len)
{
	size_t i, best = 0;

	for (i = 0; i < w->count; i++) {
		size_t n = strlen(w->list[i].words);

		if (w->list[i].kind == kind && n > best && n <= len && !memcmp(folded + len - n, w->list[i].words, n))
			best = n;
	}
	return best;
}
