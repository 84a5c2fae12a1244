/** The side panes of the workspace on a wide screen. */
export interface WorkspacePanes {
  /** Whether it is open. */
  threads: boolean;
  files: boolean;
  /** Width of the files in per cent of the space they share with the chat. */
  filesWidth: number;
}

export const FILES_WIDTH = { least: 20, most: 70, usual: 40 } as const;

/** A cookie, so that the server renders the panes as they were left and nothing moves on hydration. */
export const PANES_COOKIE = "workspace_panes";
const ONE_YEAR_SECONDS = 60 * 60 * 24 * 365;

/**
 * @param value of the cookie: the closed panes and the files' width, such as `files`, `threads.files` or
 *   `threads.35`; anything else changes nothing
 */
export function parsePanes(value: string | undefined): WorkspacePanes {
  const words = value?.split(".") ?? [];
  const width = words.find((word) => /^\d{1,3}$/.test(word));
  return {
    threads: !words.includes("threads"),
    files: !words.includes("files"),
    filesWidth: width === undefined ? FILES_WIDTH.usual : nearestWidth(Number(width)),
  };
}

/** The width that the files may have. */
export function nearestWidth(percent: number): number {
  return Math.min(FILES_WIDTH.most, Math.max(FILES_WIDTH.least, Math.round(percent)));
}

export function describePanes({ threads, files, filesWidth }: WorkspacePanes): string {
  return [
    threads ? null : "threads",
    files ? null : "files",
    filesWidth === FILES_WIDTH.usual ? null : filesWidth,
  ]
    .filter((word) => word !== null)
    .join(".");
}

/** Browser only. */
export function rememberPanes(panes: WorkspacePanes): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${PANES_COOKIE}=${describePanes(panes)}; Path=/projects; Max-Age=${ONE_YEAR_SECONDS}; SameSite=Lax${secure}`;
}
