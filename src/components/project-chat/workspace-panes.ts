/** Which side panes of the workspace are open on a wide screen. */
export interface WorkspacePanes {
  threads: boolean;
  files: boolean;
}

/** A cookie, so that the server renders the panes as they were left and nothing moves on hydration. */
export const PANES_COOKIE = "workspace_panes";
const ONE_YEAR_SECONDS = 60 * 60 * 24 * 365;

/**
 * @param value of the cookie: the closed panes, such as `files` or `threads.files`; anything else closes none
 */
export function parsePanes(value: string | undefined): WorkspacePanes {
  const closed = value?.split(".") ?? [];
  return { threads: !closed.includes("threads"), files: !closed.includes("files") };
}

/** Browser only. */
export function rememberPanes(panes: WorkspacePanes): void {
  const closed = [panes.threads ? null : "threads", panes.files ? null : "files"].filter(Boolean).join(".");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${PANES_COOKIE}=${closed}; Path=/projects; Max-Age=${ONE_YEAR_SECONDS}; SameSite=Lax${secure}`;
}
