/*
 * The configuration as plain data: what postkamer.conf says after reading,
 * defaults and checks (app/settings_read.c). Everything lives in one arena that
 * outlives the engine; nothing changes after loading.
 */
#ifndef POSTKAMER_WORK_SETTINGS_H
#define POSTKAMER_WORK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/send.h"

struct settings_person {
	const char *name;    /* "" when none was given */
	const char *address;
};

struct settings_service {
	const char *key;     /* as in: service "pentrax" */
	const char *name;
	const char *address; /* where clients write to; also our From and envelope sender */
	const char *phone;
	const char *language;
	const char *timezone;
	const char **workflows;
	size_t workflow_count;
	struct settings_person *staff;
	size_t staff_count;
	const char *question; /* addresses; default: 'address' */
	const char *problem;
	const char *request;
	const char *recipient_header; /* NULL = none */
	bool plus;                    /* mail to NAME+anything@ reaches the service address: tokens go there */
	const char *authserv_id;      /* NULL only with authentication none */
	const char *boundary;         /* default: authserv_id */
	int64_t ticket_remind;        /* seconds after which staff are told of a ticket again; whole days are working
	                                 days; 0 = never */
	int64_t staff_files;          /* bytes of documents that come along with a mail to staff; 0 = they are listed */
	bool authentication;          /* false: a bare From address counts as authenticated */
	int digest;                   /* minute of the day at which offices get their overview; 480 */
};

/* XOAUTH2: where tokens come from. The secrets are read from their files each time a token is asked for. */
struct settings_oauth {
	struct oauth_request request;   /* url NULL = none; its client_secret and refresh_token stay NULL */
	const char *client_secret_file; /* NULL = a public client */
	const char *refresh_token_file; /* NULL = by client credentials; replaced when the server gives a new token */
};

struct settings_mailbox {
	const char *key;
	const char *service; /* key of a service */
	const char *host;
	uint32_t port;
	uint32_t tls;        /* enum imap_msg_tls of ipc/imap_msg.h */
	uint32_t auth;       /* enum imap_msg_auth */
	const char *folder;
	const char *user;
	const char *password_file; /* NULL with OAuth */
	struct settings_oauth oauth;
	const char *ca_file; /* NULL = the system's authorities */
	const char *processed, *quarantine;
	uint32_t poll;       /* seconds */
	uint32_t idle_renew; /* seconds */
	uint32_t deadline;   /* seconds */
	int64_t max_bytes;   /* larger mails are left alone and reported */
	bool trace;
};

struct settings_brand {
	const char *key, *service, *name, *sender, *logo, *color, *signature; /* logo: path or NULL */
};

/* Against loops and storms (design.md §9). 0 means the number behind it. */
struct settings_limits {
	uint32_t stranger;  /* mails to a stranger in a day (1) */
	uint32_t same_text; /* with the same words to one address in a day (3) */
	uint32_t address;   /* to one address in an hour (30) */
	uint32_t dossier;   /* about one dossier in an hour (40) */
	uint32_t all;       /* in all in an hour (5000) */
};

struct settings {
	struct arena arena;  /* owned; holds all */
	const char *file;    /* of the configuration */
	struct settings_service *services;
	size_t service_count;
	struct settings_mailbox *mailboxes;
	size_t mailbox_count;
	struct settings_brand *brands;
	size_t brand_count;
	struct send_settings smtp;      /* host NULL = no sending configured */
	const char *smtp_password_file; /* NULL with OAuth, and without a user */
	struct settings_oauth smtp_oauth;
	int smtp_connections;           /* 1..32 */
	int64_t smtp_max_bytes;         /* of one mail, attachments encoded; 0 = 10 MB */
	const char *spool_path;         /* NULL = none */
	const char *spool_service;
	int spool_still;                /* seconds a file must be unchanged; default 5; -1: nobody else writes there */
	const char *store_path, *key_file;
	bool trial;                     /* store { trial = true }: what init makes */
	const char *rules_path, *templates_path;
	int parse_workers;              /* default 2 */
	struct settings_limits limits;
	int64_t ticket_keep;            /* seconds that tickets of no dossier are kept, closed or answered; 0 = 90 days */
	int64_t mail_keep;              /* the same of decided mail that belongs to nothing (store_mail_forget()); 0 = 90 days */
};

const struct settings_service *settings_service(const struct settings *settings, const char *key);
const struct settings_brand *settings_brand(const struct settings *settings, const char *key);
/* Is the address one of our own (service, question, problem, request of any service)? */
bool settings_own_address(const struct settings *settings, const char *address);
/* Is it a staff address of the service? */
bool settings_is_staff(const struct settings_service *service, const char *address);

#endif
