/** Whose figures: a person's own, or the installation's for its operators. */
export type ApiBase = "/api/v1" | "/api/v1/operator";
