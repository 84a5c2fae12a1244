import type { Thread } from "@/contracts/threads";

/** The threads whose titles have every word of the search, in any order. */
export function findThreads(threads: Thread[], search: string): Thread[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return threads.filter(({ title }) => {
    const text = title.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
