/** Entry: every table of the product, one file each. `migrations/` creates them; a test compares the two. */
export { accountTable } from "./schema/account";
export { auditChainTable } from "./schema/audit-chain";
export { auditEventsTable } from "./schema/audit-events";
export { jwksTable } from "./schema/jwks";
export { messagesTable } from "./schema/messages";
export { projectFilesTable } from "./schema/project-files";
export { projectSecretsTable } from "./schema/project-secrets";
export { projectsTable } from "./schema/projects";
export { rateLimitsTable } from "./schema/rate-limits";
export { sessionTable } from "./schema/session";
export { threadsTable } from "./schema/threads";
export { usageEventsTable } from "./schema/usage-events";
export { userTable } from "./schema/user";
export { aiProviderEnum, userAiApiKeysTable } from "./schema/user-ai-api-keys";
export { verificationTable } from "./schema/verification";
