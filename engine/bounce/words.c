/* System. */
#include <string.h>

/* Base. */
#include "base/str.h"

/* Own. */
#include "bounce/bounce_p.h"

const char *const words_daemons[] = {
	"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster", "post_master", "mdaemon@",
	"mail.delivery.system",
	"mail-delivery", "microsoftexchange", "symantec_antivirus", "bounce@", "bounces@", "<>", NULL,
};

const char *const words_daemon_names[] = {
	"mail delivery", "mail deliver system", "mailer-daemon", "mailer daemon", "delivery subsystem",
	"postmaster",
	"system administrator", "mail administrator", "systeembeheerder", "systemadministrator",
	"microsoft outlook",
	NULL,
};

const char *const words_subjects[] = {
	"undeliver", "delivery status notification", "delivery fail", "delivery has failed", "delivery error",
	"delivery notification", "delivery problem", "delivery warning", "delivery report", "delivery delayed",
	"delivery incomplete", "failure delivery", "failure notice", "failed delivery", "failed mail",
	"mail failure",
	"mail failed", "mail system error", "mail not delivered", "message not delivered", "non-delivery",
	"nondeliverable", "nondelivery", "not delivered", "not be delivered", "not yet been delivered",
	"message delayed", "message status", "returned mail", "returned to sender", "returning message",
	"could not send message", "error sending your mail", "email delivery", "mail delivery", "returned email",
	"user unknown", "unknown user", "are not member", "loop alert", "warning: message", "delayed mail",
	"rejected:", "message rejected",
	/* nl */ "onbestelbaar", "niet bezorgd", "niet afgeleverd", "niet worden bezorgd",
	"niet worden afgeleverd",
	"bezorging mislukt", "aflevering mislukt", "bezorgingsfout",
	/* de */ "unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "fehler bei der zustellung",
	"zustellfehler", "unzustellbarkeit",
	/* fr */ "non remis", "échec de la remise", "non distribuable", "non distribué", "échec de remise",
	"échec d'envoi",
	/* es pt it */ "no se puede entregar", "no entregado", "error en la entrega", "não entregue",
	"não é possível entregar",
	"falha na entrega", "mancata consegna", "non recapitabile", "consegna fallita", "mancato recapito",
	/* pl cs sv da no fi */ "niedostarcz", "nie można dostarczyć", "zwrot poczty", "nedoručiteln",
	"nedoručen",
	"kan inte levereras", "olevererbar", "kan ikke leveres", "kunne ikke leveres", "ei voi toimittaa",
	/* ru */ "не доставлен", "недоставлен", "не может быть доставлен", "возврат письма",
	/* ja zh ko */ "配信不能", "配信エラー", "配信できません", "送信できません", "エラーメール", "未配信",
	"无法投递", "退信", "传输失败", "無法傳遞", "寄送失敗", "배달 실패", "전송 실패",
	NULL,
};

const char *const words_failures[] = {
	"could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered",
	"not be delivered", "could not deliver", "couldn't deliver", "unable to deliver", "able to deliver",
	"was not delivered", "wasn't delivered", "not been delivered", "not yet been delivered", "did not reach",
	"failed permanently", "permanent error", "permanent fatal error", "permanent failure", "undeliverable",
	"delivery failed", "delivery has failed", "delivery to the following", "delevery to the following",
	"delivery of email to this address", "fatal errors", "delivery errors", "delivery error",
	"mail was undeliverable",
	"transcript of session follows", "following address", "following recipient", "each of the following",
	"error delivering", "trouble delivering", "deliver your message", "could not be sent", "couldn't be sent",
	"not delivered to", "final delivery userid", "unknown user", "user unknown", "no such user",
	"unknown local part", "mailbox exceeds", "mailbox is full", "mailbox full", "invalid user",
	"could not be reached",
	"returned message below", "message returned", "has been rejected", "was rejected", "undelivered",
	"not a member of this mailing list", "duplicated message-id", "failure reasons",
	"account has been disabled",
	"trying to send to", "attempt to deliver", "delivery attempt", "try to deliver", "not listed in domino",
	"\"notificationtype\":\"bounce\"", "\\\"notificationtype\\\":\\\"bounce\\\"", "isn't accepting",
	"hop count exceeded",
	"final-recipient:", "said: 5", "said: 4",
	/* nl */ "niet worden bezorgd", "niet worden afgeleverd", "niet bezorgd", "niet afgeleverd",
	"kan niet worden besteld",
	"onbestelbaar", "niet bereikt",
	/* de */ "nicht zugestellt", "konnte nicht", "unzustellbar", "nicht erreicht",
	/* fr */ "pas pu etre delivre", "pas pu être", "n'a pas été remis", "impossible de remettre", "non remis",
	"n'a pas pu etre",
	/* es pt it */ "no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado",
	"não pôde ser entregue",
	"não foi possível entregar", "non è stato possibile recapitare", "non è stato recapitato",
	"impossibile recapitare", "impossibile consegnare",
	/* pl ru */ "nie można dostarczyć", "nie została dostarczona", "не может быть доставлен", "не доставлен",
	/* ja zh ko */ "送信できませんでした", "配信できませんでした", "送信に失敗", "届きませんでした", "配信に失敗",
	"リストにありません", "无法发送到", "无法送达", "无法投递", "無法傳送", "退信", "전송하지 못했습니다",
	NULL,
};

const char *const words_delays[] = {
	"not yet been delivered", "has been delayed", "will be retried", "message delayed", "continue to attempt",
	"continue to try", "attempts will continue", "delivery attempts will", "just a warning",
	"warning message only",
	"only a warning", "been postponed", "still being", "will keep trying", "(delay)", "delivery delayed",
	"delivery incomplete", "delayed mail", "nog niet bezorgd", "wordt nog geprobeerd", "is vertraagd",
	"noch nicht zugestellt", "wird weiter versucht", "a été retardé", "ha sido aplazad", "配信が遅延", NULL,
};

const char *const words_copies[] = {
	"below this line is a copy", "a copy of the message", "copy of the first part",
	"original message follows",
	"- returned message", "start of returned message", "message header follows",
	"message headers follow", "unsent message", "original message ---",
	"header of the original message", "lines of the message follow", "lines of your original message",
	"copy of the message header", "message body suppressed", "original mail info", "enclosed is a copy",
	"original message attached", "original message header", "oorspronkelijk bericht", "originele bericht",
	"附件中的内容", "----- original message", "message removed", NULL,
};

const char *const words_passing[] = {
	"mailbox full", "mailbox is full", "full mailbox", "mailfolder is full", "over quota",
	"overquota", "quota exceed", "exceeds allowed size",
	"disk quota", "exceeded storage", "out of storage", "insufficient system", "insufficient disk", "is over",
	"timed out", "timeout", "temporar", "try again", "connection refused", "connection reset",
	"could not connect",
	"wasn't able to establish", "too many connections", "too many hops", "not responding", "did not respond",
	"greylist", "deferred", "queue too long", "could not deliver for the last", "unavailable or busy",
	"postvak is vol", "mailbox vol", "quota overschreden", "postfach ist voll", "boîte pleine", NULL,
};

const char *const words_gone[] = {
	"user unknown", "unknown user", "no such user", "no such recipient", "no such mailbox", "no mailbox here",
	"mailbox not found", "mailbox unavailable", "unknown recipient", "recipient unknown", "addressee unknown",
	"does not exist", "doesn't exist", "not exist", "doesn't have a", "invalid recipient", "invalid mailbox",
	"unknown or illegal", "recipient name is not recognized", "not listed in",
	"invalid final delivery userid",
	"host unknown", "unknown host", "host not found", "unrouteable", "unroutable address", "domain not found",
	"dns lookup failure", "no mail exchanger", "couldn't find a mail exchanger", "couldn't find any host",
	"name or service not known", "disabled or discontinued", "not our customer", "undeliverable address",
	"recipientnotfound", "resolver.adr", "invalid user", "address unknown", "unknown address",
	"bestaat niet", "onbekende gebruiker", "onbekend adres", "existiert nicht", "unbekannter empfänger",
	"n'existe pas", "utilisateur inconnu", "リストにありません", "宛先不明", NULL,
};

const char *const words_other[] = {
	"spam", "blocked", "blacklist", "block list", "blocklist", "reverse dns", "dmarc", "dkim",
	"spf", "policy",
	"relay", "virus", "too big", "too large", "message size", "size limit", "exceeds", "sender address",
	"access denied", "not authorized", "authentication", "reputation", "mail from:", "suspended",
	"inactive", NULL,
};

const char *const words_automatic[] = {
	/* en */ "automatic reply", "auto reply", "auto-reply", "autoreply", "automated reply", "auto response",
	"auto-response", "autoresponse", "automatic response", "automated response", "out of office",
	"out of the office", "out-of-office", "i am out of the office", "i'm out of the office",
	"on vacation", "away from my mail",
	"vacation reply", "vacation:", "vacation notice", "away from the office", "ooo:",
	/* nl */ "automatisch antwoord", "automatische reactie", "automatische antwoord", "automatisch bericht",
	"auto-antwoord", "autoantwoord", "afwezigheidsbericht", "afwezigheidsmelding", "afwezigheidsassistent",
	"afwezig:", "afwezigheid:", "niet op kantoor", "ik ben niet aanwezig",
	"ik ben afwezig", "buiten kantoor",
	"met vakantie:", "vakantie:", "vakantiebericht", "ontvangstbevestiging automatisch",
	/* de */ "automatische antwort", "abwesenheitsnotiz", "abwesenheit:", "abwesenheitsbenachrichtigung",
	"abwesend:", "abwesenheitsassistent", "nicht im büro", "außer haus", "urlaubsnachricht",
	/* fr */ "réponse automatique", "reponse automatique", "message automatique",
	"absence du bureau", "absent du bureau",
	"absence :", "absence:", "notification d'absence",
	/* es pt it */ "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina",
	"resposta automática", "resposta automatica", "ausência temporária", "fora do escritório",
	"risposta automatica",
	"fuori sede", "fuori ufficio",
	/* sv da no fi */ "autosvar", "automatiskt svar", "automatisk svar", "frånvarande", "ikke til stede",
	"ikke på kontoret", "fraværsmelding", "automaattinen vastaus", "poissaoloviesti", "poissa toimistosta",
	/* pl cs hu ro tr */ "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź",
	"automatická odpověď", "automatikus válasz",
	"răspuns automat", "otomatik yanıt", "nieobecność",
	/* ru el */ "автоответ", "автоматический ответ", "αυτόματη απάντηση",
	/* ja zh ko */ "自動応答", "自動返信", "不在通知", "自动回复", "自動回覆", "自動回復", "자동 회신", NULL,
};

/*
 * The lower-case form of a letter of two bytes: Latin-1, Greek, Cyrillic. Only
 * equality is asked, so that what falls together by this does no harm.
 */
static void fold_pair(const unsigned char *in, unsigned char out[2])
{
	out[0] = in[0];
	out[1] = in[1];
	if (in[0] == 0xc3 && in[1] >= 0x80 && in[1] <= 0x9e)
		out[1] += 0x20;
	else if (in[0] == 0xd0 && in[1] >= 0x90 && in[1] <= 0x9f)
		out[1] += 0x20;
	else if (in[0] == 0xd0 && in[1] >= 0xa0 && in[1] <= 0xaf)
		out[0] = 0xd1, out[1] -= 0x20;
}

/* Length in 'text' of 'word' at its beginning, 0 = it is not there. A run of white space equals a space. */
static size_t match_at(const char *text, const char *word)
{
	const char *at = text;

	while (*word) {
		unsigned char one[2], two[2];

		if (*word == ' ') {
			size_t space = strspn(at, " \t\r\n");

			if (!space)
				return 0;
			at += space;
			word++;
		} else if (((unsigned char)*word & 0xe0) == 0xc0 && *at && at[1]) {
			fold_pair((const unsigned char *)at, one);
			fold_pair((const unsigned char *)word, two);
			if (one[0] != two[0] || one[1] != two[1])
				return 0;
			at += 2;
			word += 2;
		} else if (str_lower(*at++) != *word++) {
			return 0;
		}
	}
	return (size_t)(at - text);
}

bool said_in(const char *text, const char *const *words)
{
	for (; *text; text++) {
		const char *const *word;

		for (word = words; *word; word++)
			if (match_at(text, *word))
				return true;
	}
	return false;
}

size_t said_begin(const char *text, const char *const *words)
{
	size_t len = 0;

	for (; !len && *words; words++)
		len = match_at(text, *words);
	return len;
}
