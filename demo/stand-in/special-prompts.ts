import type { Conversation } from "./conversation";
import { plainInMarkdown, shortened } from "./markdown-text";
import type { ScriptedTurn } from "./scripted-turn";

/** Prompts with an exact answer, for tests and for trying out the interface. */
export const SPECIAL_PROMPTS: readonly { prompt: string; whatHappens: string }[] = [
  { prompt: "say: TEXT", whatHappens: "answers exactly TEXT" },
  { prompt: "long: N", whatHappens: "streams N words (at most 20,000), in paragraphs" },
  {
    prompt: "markdown",
    whatHappens: "shows every Markdown construct: table, links, tasks, code in three languages",
  },
  {
    prompt: "tool: NAME JSON",
    whatHappens: 'calls the tool NAME once with that JSON as its input, then answers exactly "done"',
  },
  {
    prompt: "think: TEXT",
    whatHappens: "thinks first, lists the files if it may, then answers exactly TEXT",
  },
  { prompt: "cut: TEXT", whatHappens: "answers TEXT, which is cut there by the length limit of an answer" },
  {
    prompt: "cached: TEXT",
    whatHappens:
      "answers exactly TEXT; the first time it writes the prompt cache, from then on the conversation reads it",
  },
];

const LONGEST = 20_000;

/** The turn of a special prompt, or undefined for any other prompt. */
export function specialTurn({ userText, steps, toolNames }: Conversation): ScriptedTurn | undefined {
  const said = /^(?:say|cached):\s?([\s\S]+)$/i.exec(userText)?.[1];
  if (said) return { text: said };
  const cut = /^cut:\s?([\s\S]+)$/i.exec(userText)?.[1];
  if (cut) return { text: cut, isCut: true };
  const thought = /^think:\s?([\s\S]+)$/i.exec(userText)?.[1];
  if (thought) return steps.length > 0 ? { text: thought } : thinkingTurn(thought, toolNames);
  const long = /^long:\s*(\d+)$/i.exec(userText);
  if (long?.[1]) return { text: words(Math.min(Number(long[1]), LONGEST)) };
  if (/^markdown$/i.test(userText)) return { text: MARKDOWN_SHOWCASE };
  const tool = /^tool:\s*(\S+)\s*([\s\S]*)$/i.exec(userText);
  if (tool?.[1]) return steps.length > 0 ? { text: "done" } : callOf(tool[1], tool[2] ?? "");
  return undefined;
}

function thinkingTurn(text: string, toolNames: ReadonlySet<string>): ScriptedTurn {
  const thinking = `The person wants to hear: ${shortened(text, 200)} Before I say it, I look at what is in the project.`;
  if (!toolNames.has("listFiles")) return { thinking, text };
  return { thinking, text: "Let me look first.", calls: [{ name: "listFiles", input: {} }] };
}

function callOf(name: string, json: string): ScriptedTurn {
  try {
    const input: unknown = JSON.parse(json.trim() || "{}");
    if (typeof input !== "object" || input === null || Array.isArray(input))
      throw new TypeError("not an object");
    return { text: "", calls: [{ name, input: { ...input } }] };
  } catch {
    return { text: `After \`tool: ${plainInMarkdown(name)}\` comes a JSON object, and this is none.` };
  }
}

const vocabulary =
  "a workspace keeps every key sealed until one request needs it and then forgets it again while the answer streams back word by word".split(
    " ",
  );

/** N words in paragraphs of 60, the same for the same N. */
function words(count: number): string {
  const paragraphs: string[] = [];
  for (let start = 0; start < count; start += 60) {
    const length = Math.min(60, count - start);
    paragraphs.push(
      Array.from({ length }, (_, offset) => vocabulary[(start + offset) % vocabulary.length]).join(" "),
    );
  }
  return paragraphs.join("\n\n") || "Zero words.";
}

const MARKDOWN_SHOWCASE = `# Heading one

## Heading two

### Heading three

A paragraph with **bold**, *italic*, ***both***, ~~struck~~, \`inline code\`, a [link](https://example.com/docs "Example"),
an automatic link https://example.com and a line break at the end of this line.\\
This is the next line.

- first
- second
  - nested
    - deeper
- third with \`code\`

1. one
2. two
   1. two and a half
3. three

- [x] a finished task
- [ ] an open task

> A quotation
>
> > with another one inside.

| Provider | Key | Latency (ms) |
| :------- | :-: | -----------: |
| platform | yes |          350 |
| personal | own |           12 |

\`\`\`ts
export function greet(name: string): string {
  return \`Hello, \${name}!\`;
}
\`\`\`

\`\`\`python
def greet(name: str) -> str:
    return f"Hello, {name}!"
\`\`\`

\`\`\`bash
curl --silent http://localhost:3000/api/health | jq .status
\`\`\`

---

![An image the page should not fetch by itself](https://example.com/pixel.png)

A footnote[^1], an escaped \\*asterisk\\*, HTML that must stay text: <b onclick="alert(1)">not bold</b>, and a very long
unbroken word: ${"wide".repeat(40)}

[^1]: The footnote's text.
`;
