/** Languages the viewer and the chat can highlight; each is a separate chunk, loaded on demand. */
export type CodeLanguage = keyof typeof import("./language-loaders").languageLoaders;

const BY_EXTENSION: Record<string, CodeLanguage> = {
  bash: "shellscript",
  c: "c",
  cc: "cpp",
  cjs: "javascript",
  cpp: "cpp",
  cs: "csharp",
  css: "css",
  cts: "typescript",
  diff: "diff",
  dockerfile: "docker",
  go: "go",
  h: "c",
  hpp: "cpp",
  htm: "html",
  html: "html",
  ini: "ini",
  java: "java",
  js: "javascript",
  json: "json",
  jsonc: "json",
  jsx: "tsx",
  kt: "kotlin",
  less: "css",
  markdown: "markdown",
  md: "markdown",
  mjs: "javascript",
  mts: "typescript",
  patch: "diff",
  php: "php",
  py: "python",
  rb: "ruby",
  rs: "rust",
  scss: "scss",
  sh: "shellscript",
  sql: "sql",
  svelte: "html",
  svg: "xml",
  swift: "swift",
  toml: "toml",
  ts: "typescript",
  tsx: "tsx",
  vue: "vue",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
  zsh: "shellscript",
};

const BY_NAME: Record<string, CodeLanguage> = {
  console: "shellscript",
  docker: "docker",
  golang: "go",
  javascript: "javascript",
  kotlin: "kotlin",
  python: "python",
  ruby: "ruby",
  rust: "rust",
  shell: "shellscript",
  shellscript: "shellscript",
  typescript: "typescript",
  csharp: "csharp",
};

/** @returns null if the file's language cannot be highlighted */
export function languageOfPath(path: string): CodeLanguage | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return languageOfFence(name.slice(name.lastIndexOf(".") + 1));
}

/** @param info the word after the fence of a Markdown code block */
export function languageOfFence(info: string): CodeLanguage | null {
  const name = info.toLowerCase();
  if (Object.hasOwn(BY_EXTENSION, name)) return BY_EXTENSION[name] ?? null;
  return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? null) : null;
}
