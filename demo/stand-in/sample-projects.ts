/**
 * The code the scripted agent writes. Real and runnable, so that a person opening a file in the demo finds
 * something worth reading.
 */
export interface SampleProject {
  /** Pattern for the prompt; the first matching project is written. */
  about: RegExp;
  /** Said before the files are written. */
  opening: string;
  files: readonly { path: string; content: string }[];
  /** Said afterwards, as Markdown. */
  closing: string;
}

const todoList: SampleProject = {
  about: /\b(to-?dos?|tasks?|checklist|shopping list)\b/i,
  opening: "I'll build a small to-do list: one page, one style sheet, one script.",
  files: [
    {
      path: "index.html",
      content: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>To-do</title>
    <link rel="stylesheet" href="styles.css" />
  </head>
  <body>
    <main>
      <h1>To-do</h1>
      <form id="new-task">
        <label for="title">What is next?</label>
        <input id="title" name="title" autocomplete="off" required maxlength="120" />
        <button>Add</button>
      </form>
      <ul id="tasks"></ul>
      <p id="left" aria-live="polite"></p>
    </main>
    <script type="module" src="app.js"></script>
  </body>
</html>
`,
    },
    {
      path: "styles.css",
      content: `:root {
  color-scheme: light dark;
  font: 1rem/1.5 system-ui, sans-serif;
}

main {
  max-width: 32rem;
  margin: 3rem auto;
  padding: 0 1rem;
}

form {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0.5rem;
}

label {
  grid-column: 1 / -1;
}

ul {
  list-style: none;
  padding: 0;
}

li {
  display: flex;
  gap: 0.5rem;
  align-items: center;
  padding: 0.4rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent);
}

li.done span {
  text-decoration: line-through;
  opacity: 0.6;
}

li button {
  margin-inline-start: auto;
}
`,
    },
    {
      path: "app.js",
      content: `const form = document.querySelector("#new-task");
const list = document.querySelector("#tasks");
const left = document.querySelector("#left");

/** @type {{ id: string, title: string, done: boolean }[]} */
let tasks = JSON.parse(localStorage.getItem("tasks") ?? "[]");

function change(next) {
  tasks = next;
  localStorage.setItem("tasks", JSON.stringify(tasks));
  draw();
}

function draw() {
  list.replaceChildren(...tasks.map(row));
  const open = tasks.filter((task) => !task.done).length;
  left.textContent = open === 1 ? "1 task left" : open + " tasks left";
}

function row(task) {
  const item = document.createElement("li");
  item.classList.toggle("done", task.done);

  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = task.done;
  box.ariaLabel = "Done: " + task.title;
  box.onchange = () =>
    change(tasks.map((other) => (other.id === task.id ? { ...other, done: box.checked } : other)));

  const title = document.createElement("span");
  title.textContent = task.title; // textContent, so a title is never read as HTML

  const remove = document.createElement("button");
  remove.textContent = "Remove";
  remove.onclick = () => change(tasks.filter((other) => other.id !== task.id));

  item.append(box, title, remove);
  return item;
}

form.onsubmit = (event) => {
  event.preventDefault();
  const title = new FormData(form).get("title").trim();
  if (!title) return;
  change([...tasks, { id: crypto.randomUUID(), title, done: false }]);
  form.reset();
};

draw();
`,
    },
  ],
  closing: `Your to-do list is ready:

- **\`index.html\`** holds the form and an empty list.
- **\`styles.css\`** follows the system's light or dark mode.
- **\`app.js\`** keeps the tasks in \`localStorage\`, so they survive a reload.

Try it with any static server:

\`\`\`bash
npx serve .
\`\`\`

Next I could *rename it*, *add due dates* or *write tests*. Just say so.
`,
};

const counter: SampleProject = {
  about: /\b(counter|count(ing)? (app|page|button))\b/i,
  opening: "A counter fits in a single file. Writing it now.",
  files: [
    {
      path: "counter.html",
      content: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Counter</title>
    <style>
      body {
        display: grid;
        place-content: center;
        min-height: 100vh;
        margin: 0;
        font: 1.25rem system-ui, sans-serif;
        text-align: center;
      }
      output {
        display: block;
        font-size: 5rem;
        font-variant-numeric: tabular-nums;
      }
    </style>
  </head>
  <body>
    <h1>Counter</h1>
    <output id="value">0</output>
    <p>
      <button data-step="-1" aria-label="One less">−</button>
      <button data-step="1" aria-label="One more">+</button>
    </p>
    <script type="module">
      const value = document.querySelector("#value");
      document.addEventListener("click", (event) => {
        const step = Number(event.target.dataset.step ?? 0);
        value.textContent = String(Number(value.textContent) + step);
      });
    </script>
  </body>
</html>
`,
    },
  ],
  closing: `The counter is in **\`counter.html\`**:

- two buttons, each carrying its step in \`data-step\`,
- one listener for both of them,
- \`<output>\`, so a screen reader announces the new value.

\`\`\`js
value.textContent = String(Number(value.textContent) + step);
\`\`\`
`,
};

const utility: SampleProject = {
  about: /\b(functions?|utility|helper|typescript|library|tests?)\b/i,
  opening: "I'll write a small TypeScript function and a test for it.",
  files: [
    {
      path: "src/slugify.ts",
      content: `/**
 * Turns a title into the last part of a readable address.
 *
 * slugify("Crème brûlée, please!") === "creme-brulee-please"
 */
export function slugify(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/[\\u0300-\\u036f]/g, "") // the accents NFKD split off
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
`,
    },
    {
      path: "src/slugify.test.ts",
      content: `import assert from "node:assert/strict";
import { test } from "node:test";
import { slugify } from "./slugify.ts";

test("joins words with hyphens", () => {
  assert.equal(slugify("Hello there, world"), "hello-there-world");
});

test("drops accents and punctuation", () => {
  assert.equal(slugify("Crème brûlée, please!"), "creme-brulee-please");
});

test("leaves no hyphen at either end", () => {
  assert.equal(slugify("  ...wait...  "), "wait");
});
`,
    },
  ],
  closing: `Done. There are two files:

- **\`src/slugify.ts\`** with the function,
- **\`src/slugify.test.ts\`** with three tests and no dependency.

Run them with Node 24:

\`\`\`bash
node --test src/
\`\`\`
`,
};

const script: SampleProject = {
  about: /\b(script|command|cli)\b/i,
  opening: "I'll write a script that counts the words of your files.",
  files: [
    {
      path: "scripts/count-words.mjs",
      content: `#!/usr/bin/env node
// Usage: node scripts/count-words.mjs FILE...
import { readFile } from "node:fs/promises";

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error("Name at least one file.");
  process.exit(2);
}

let total = 0;
for (const path of paths) {
  const text = await readFile(path, "utf8");
  const words = text.split(/\\s+/).filter(Boolean).length;
  total += words;
  console.log(String(words).padStart(8), path);
}
if (paths.length > 1) console.log(String(total).padStart(8), "in all");
`,
    },
  ],
  closing: `**\`scripts/count-words.mjs\`** counts the words of each file you name:

1. it stops with a message and status 2 when you name none,
2. it prints one line a file,
3. it adds a total when there are several.

\`\`\`bash
node scripts/count-words.mjs README.md
\`\`\`
`,
};

const readme: SampleProject = {
  about: /\b(readme|documentation|docs?)\b/i,
  opening: "I'll write a README that answers a newcomer's first questions.",
  files: [
    {
      path: "README.md",
      content: `# My project

What it does, in one sentence.

## Start

\`\`\`bash
npm install
npm start
\`\`\`

## Layout

| Folder     | What is in it           |
| ---------- | ----------------------- |
| \`src/\`     | the code                |
| \`scripts/\` | commands for developers |

## Questions

Open an issue; we answer within a week.
`,
    },
  ],
  closing: `**\`README.md\`** is written. It has:

- one sentence about the project, *for you to fill in*,
- the two commands a newcomer needs,
- a table of the folders.

\`\`\`markdown
# My project

What it does, in one sentence.
\`\`\`
`,
};

const website: SampleProject = {
  about: /./,
  opening: "I'll start with a clean page and a style sheet.",
  files: [
    {
      path: "index.html",
      content: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Welcome</title>
    <link rel="stylesheet" href="styles.css" />
  </head>
  <body>
    <header>
      <h1>Welcome</h1>
      <p>A quiet place to begin.</p>
      <a class="button" href="#about">Read on</a>
    </header>
    <section id="about">
      <h2>About</h2>
      <p>Three short paragraphs usually say more than a long one.</p>
    </section>
  </body>
</html>
`,
    },
    {
      path: "styles.css",
      content: `:root {
  color-scheme: light dark;
  --accent: #5b5bd6;
  font: 1.125rem/1.6 system-ui, sans-serif;
}

body {
  margin: 0;
}

header {
  display: grid;
  place-items: center;
  align-content: center;
  min-height: 70vh;
  text-align: center;
}

section {
  max-width: 40rem;
  margin: 4rem auto;
  padding: 0 1rem;
}

.button {
  padding: 0.6rem 1.4rem;
  border-radius: 999px;
  background: var(--accent);
  color: white;
  text-decoration: none;
}
`,
    },
  ],
  closing: `The page stands:

- **\`index.html\`** has a welcome and an *About* section,
- **\`styles.css\`** follows light and dark mode and keeps one accent colour.

Change the accent in one place:

\`\`\`css
:root {
  --accent: #5b5bd6;
}
\`\`\`
`,
};

const projects: readonly SampleProject[] = [todoList, counter, readme, script, utility, website];

/** The project that matches the prompt; a small website by default. */
export function sampleProjectFor(prompt: string): SampleProject {
  return projects.find((project) => project.about.test(prompt)) ?? website;
}
