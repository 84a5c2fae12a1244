/**
 * Lengths, sizes, counts and patterns shared by both sides: the schemas reject what exceeds them, and the
 * browser's fields do not accept it. Without zod, so that importing a limit does not load the schema library
 * into the page.
 */

/** Limits of one request to the agent. */
export const CHAT_BODY_MAX_BYTES = 2 * 1024 * 1024;
export const CHAT_MAX_MESSAGES = 400;
/** Characters in one text a person writes. Answers may be longer, and are sent back with the conversation. */
export const CHAT_TEXT_MAX_LENGTH = 100_000;
export const USER_MESSAGE_MAX_PARTS = 500;
/** Characters of a summary that stands for old messages. */
export const SUMMARY_MAX_LENGTH = 16_000;
/** Percent of a model's context: from the first on a person may compact, from the second it is done. */
export const COMPACTION_OFFERED_AT = 50;
export const COMPACTION_DUE_AT = 75;

/** Longest key accepted, in characters after trimming. Real keys are below 250. */
export const API_KEY_MAX_LENGTH = 512;
export const AI_KEY_LABEL_MAX_LENGTH = 60;
export const ENDPOINT_ADDRESS_MAX_LENGTH = 300;
/** How far ahead a key's last day may be, and how long ago the day it was made. */
export const KEY_DATE_MAX_YEARS = 10;
export const KEY_ROTATION_MAX_DAYS = 3650;
/**
 * A provider's model id: anything that can be seen, without blanks at its ends. Servers use paths of files,
 * names with blanks and any script.
 */
export const MODEL_ID_FORM =
  /^(?!\s)[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]{1,200}(?<!\s)$/u;

export const PROJECT_NAME_MAX_LENGTH = 80;
export const THREAD_TITLE_MAX_LENGTH = 120;

/** What one person may keep: enough for years of work, and nothing that one person fills stops the others. */
export const PERSON_MAX_PROJECTS = 200;
/** Bytes of all files and messages together. */
export const PERSON_MAX_BYTES = 512 * 1024 * 1024;
/** With one previous secret each, one page of a rotation holds them all (SEALED_COLUMNS, maxPerOwner). */
export const PERSON_MAX_KEYS = 40;

export const PROJECT_MAX_THREADS = 1000;
export const THREAD_MAX_MESSAGES = 20_000;
export const THREAD_MAX_BYTES = 32 * 1024 * 1024;
/** What a provider sends for one answer: text, reasoning and the input of tools. */
export const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
/** The same as an event stream, with what tools answered: what the server keeps of a run for its viewers. */
export const ANSWER_LOG_MAX_BYTES = 3 * ANSWER_MAX_BYTES;

/** Items of one page of a list. */
export const MESSAGES_PER_PAGE = 1000;
export const MESSAGE_PAGE_MAX_BYTES = 4 * 1024 * 1024;
export const THREADS_PER_PAGE = 200;

/** Bytes of all files of a project. */
export const PROJECT_MAX_FILE_BYTES = 32 * 1024 * 1024;
export const PROJECT_MAX_FILES = 500;
export const FILE_PATH_MAX_LENGTH = 240;
/** Bytes of UTF-8. */
export const FILE_CONTENT_MAX_BYTES = 256 * 1024;

export const PROJECT_MAX_SECRETS = 100;
export const SECRET_NAME_MAX_LENGTH = 64;
/** The form of an environment variable: DATABASE_URL. */
export const SECRET_NAME_FORM = /^[A-Z][A-Z0-9_]{0,63}$/;
export const SECRET_VALUE_MAX_BYTES = 16 * 1024;
export const SECRET_NOTE_MAX_LENGTH = 200;

export const DISPLAY_NAME_MAX_LENGTH = 80;
/** NIST SP 800-63B: length, no composition rules. */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 128;

/** How long a link that an operator passes on can be used. */
export const INVITATION_HOURS = 7 * 24;
export const RESET_LINK_HOURS = 24;
/** Invitations that can be open at once: a list of them stays a list. */
export const OPEN_INVITATIONS = 500;
/** A link's token: 256 random bits in base64url. */
export const LINK_TOKEN_FORM = /^[\w-]{43}$/;
export const EMAIL_MAX_LENGTH = 254;
export const PEOPLE_PER_PAGE = 50;

/** Webhooks of one person, and of the installation. */
export const OWNER_MAX_WEBHOOKS = 5;
export const WEBHOOK_ADDRESS_MAX_LENGTH = 500;
export const NOTIFICATIONS_PER_PAGE = 50;
/** Older ones are deleted. */
export const NOTIFICATION_DAYS = 90;
/** Unread ones are counted up to here, one more means "more". */
export const UNREAD_COUNTED = 99;
/** Events of one page of the audit log, and of one statement of its export. */
export const AUDIT_EVENTS_PER_PAGE = 50;
export const AUDIT_EVENTS_MAX_PER_PAGE = 200;
/** The longest id of an object in the audit trail. */
export const AUDIT_ID_MAX_LENGTH = 512;
/** Limits of spending that one owner may set. An installation's include the allowances of single people. */
export const OWNER_MAX_LIMITS = 50;
/** The most a limit can name, a thousand million dollars: below what a number holds exactly. */
export const LIMIT_AMOUNT_MAX = 1_000_000_000_000_000;
/** Longest range of a usage report, and of one by the hour. */
export const USAGE_RANGE_MAX_DAYS = 400;
export const USAGE_HOURS_MAX_DAYS = 32;
export const USAGE_REQUESTS_PER_PAGE = 50;
/** Days of one answer that compares what was charged with what was counted. */
export const RECONCILIATION_MAX_DAYS = 92;
