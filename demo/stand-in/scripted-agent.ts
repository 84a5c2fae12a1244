import type { Conversation, ToolStep } from "./conversation";
import { fenced, quoted, shortened } from "./markdown-text";
import { sampleProjectFor } from "./sample-projects";
import type { ScriptedTurn } from "./scripted-turn";
import { SPECIAL_PROMPTS, specialTurn } from "./special-prompts";

type Intent = "create" | "edit" | "search" | "delete" | "list";

/** Suggested in the answer to an unknown prompt. */
const PROMPTS_TO_TRY: readonly string[] = [
  "Build a todo list",
  "Write a function with a test",
  'Change the title to "Groceries"',
  "Find every button",
  "List the files",
  "Delete styles.css",
];

/**
 * The next turn of the scripted coding agent. A pure function of the conversation: no state, no clock, no
 * chance, so a retried or edited message gets the same answer and any number of conversations can run at
 * once.
 */
export function nextTurn(conversation: Conversation): ScriptedTurn {
  return specialTurn(conversation) ?? agentTurn(conversation) ?? introduction(conversation);
}

function agentTurn(conversation: Conversation): ScriptedTurn | undefined {
  const intent = intentOf(conversation.userText);
  if (!intent) return undefined;
  const turn = scripts[intent](conversation);
  return turn.calls?.every((call) => conversation.toolNames.has(call.name)) === false ? undefined : turn;
}

const verbs: readonly [Intent, RegExp][] = [
  ["create", /\b(build|create|write|make|generate|add|implement|scaffold)\b/i],
  ["edit", /\b(edit|rename|retitle|change|replace|update|fix)\b/i],
  ["search", /\b(search|find|look for|where is)\b/i],
  ["delete", /\b(delete|remove)\b/i],
  ["list", /^list\b|\b(list|show|which|what)\b.{0,20}\bfiles\b/i],
];

/**
 * The verb that comes first decides: "make a function that finds..." creates, "find the function that
 * makes..." searches.
 */
function intentOf(prompt: string): Intent | undefined {
  const found = verbs
    .map(([intent, pattern]) => ({ intent, at: prompt.search(pattern) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)[0]?.intent;
  return found ?? (/todo|counter|website|page|app|function|script/i.test(prompt) ? "create" : undefined);
}

const scripts: Record<Intent, (conversation: Conversation) => ScriptedTurn> = {
  create({ userText, steps }) {
    const project = sampleProjectFor(userText);
    if (steps.length === 0) {
      return {
        text: project.opening,
        calls: project.files.map((file) => ({ name: "writeFile", input: { ...file } })),
      };
    }
    return failureReport(steps) ?? { text: project.closing };
  },

  edit({ userText, steps, writtenPaths }) {
    const path = pathFor(userText, writtenPaths);
    const [read, edited] = steps;
    if (!read)
      return { text: `I'll look at \`${path}\` first.`, calls: [{ name: "readFile", input: { path } }] };
    if (edited || read.failed) return failureReport(steps) ?? { text: editReport(path, edited) };
    const edit = titleEdit(fileText(read.result), userText);
    if (!edit) return { text: `\`${path}\` has no title to change, so I left it as it is.` };
    return { text: "Found it. Changing it now.", calls: [{ name: "editFile", input: { path, ...edit } }] };
  },

  search({ userText, steps: [found] }) {
    const query = searchTerm(userText);
    if (!found) return { text: "Searching the project.", calls: [{ name: "searchFiles", input: { query } }] };
    return (
      failureReport([found]) ?? {
        text: resultReport(`This is what the search for \`${query}\` found:`, found),
      }
    );
  },

  delete({ userText, steps, writtenPaths }) {
    const path = pathFor(userText, writtenPaths);
    if (steps.length === 0) {
      return { text: `Deleting \`${path}\`.`, calls: [{ name: "deleteFile", input: { path } }] };
    }
    return failureReport(steps) ?? { text: `\`${path}\` is gone.\n\n- Nothing else was touched.\n` };
  },

  list({ steps: [listed] }) {
    if (!listed) return { text: "Let me look.", calls: [{ name: "listFiles", input: {} }] };
    return failureReport([listed]) ?? { text: resultReport("These files are in the project:", listed) };
  },
};

function introduction({ userText }: Conversation): ScriptedTurn {
  const prompts = PROMPTS_TO_TRY.map((prompt) => `- \`${prompt}\``).join("\n");
  const special = SPECIAL_PROMPTS.map(({ prompt, whatHappens }) => `- \`${prompt}\` ${whatHappens}`).join(
    "\n",
  );
  return {
    text: `Hello! I'm **the stand-in**: a small local server in the place of the model provider, with a script instead of a mind.

You wrote:

${quoted(shortened(userText, 400))}

My script has nothing for that. It does know these:

${prompts}

And these, for trying out the interface:

${special}

Everything around me is real: your key, the stream, the tools and the files.
`,
  };
}

function failureReport(steps: readonly ToolStep[]): ScriptedTurn | undefined {
  const failed = steps.find((step) => step.failed);
  return (
    failed && {
      text: resultReport(`\`${failed.name}\` did not work, so I stopped here. It answered:`, failed),
    }
  );
}

function resultReport(sentence: string, step: ToolStep): string {
  const json = parsedJson(step.result);
  const shown =
    json === undefined
      ? fenced(shortened(step.result, 1500), "text")
      : fenced(shortened(pretty(json), 1500), "json");
  return `${sentence}\n\n${shown}\n`;
}

function editReport(path: string, edited: ToolStep | undefined): string {
  const newText = typeof edited?.input.newText === "string" ? edited.input.newText : "";
  return `Done:\n\n- **\`${path}\`** has its new title.\n\n${fenced(newText, "html")}\n`;
}

/** The file a prompt is about: the one it names, else the page or file written last. */
function pathFor(prompt: string, writtenPaths: readonly string[]): string {
  const named = /[\w-][\w./-]*\.(?:html|css|mjs|js|jsx|tsx|ts|json|md|txt)\b/i.exec(prompt)?.[0];
  return (
    named ?? writtenPaths.findLast((path) => path.endsWith(".html")) ?? writtenPaths.at(-1) ?? "index.html"
  );
}

/** A read tool may return the bare text or JSON that contains it. */
function fileText(result: string): string {
  const json = parsedJson(result);
  if (typeof json === "string") return json;
  if (typeof json === "object" && json !== null && "content" in json && typeof json.content === "string") {
    return json.content;
  }
  return result;
}

function titleEdit(content: string, prompt: string): { oldText: string; newText: string } | undefined {
  const title =
    /(<h1[^>]*>)([^<]*)(<\/h1>)/i.exec(content) ??
    /(<title>)([^<]*)(<\/title>)/i.exec(content) ??
    /^(# )(.+)()$/m.exec(content);
  if (!title) return undefined;
  const [oldText, before = "", old = "", after = ""] = title;
  const wanted =
    /["“‘']([^"”’']{1,80})["”’']/.exec(prompt)?.[1] ?? /\bto\s+(.{1,80}?)[.!]?$/i.exec(prompt)?.[1];
  const newTitle = wanted ? wanted.replace(/[<>&]/g, "") : `${old} (edited)`;
  return { oldText, newText: `${before}${newTitle}${after}` };
}

function searchTerm(prompt: string): string {
  const named = /["“`]([^"”`]{1,80})["”`]/.exec(prompt)?.[1];
  const words = prompt.split(/\s+/).map((word) => word.replace(/[^\w.-]/g, ""));
  return (
    named ??
    words.findLast((word) => word.length > 0 && !/^(files?|please|project|the|in|this)$/i.test(word)) ??
    ""
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pretty(json: unknown): string {
  return JSON.stringify(json, null, 2);
}
