import { randomUUID } from "node:crypto";
import type { KeyBehaviour } from "../../../demo/stand-in/key-behaviours";
import type { ChatAnswer, HttpPerson } from "../../support/http-person";
import { personOf, type Settings } from "./installation";
import { newKey, standIn } from "./stand-in";

/** A person with a personal key and a project. */
export interface KeyHolder {
  person: HttpPerson;
  projectId: string;
  key: string;
}

/**
 * @param settings of the installation whose server is at `url`
 * @param behaviour of the key: with "answers-late" a long conversation of many takes little of the processor,
 *   and nearly always somebody waits for an answer
 */
export async function someoneWithAKey(
  url: string,
  settings: Settings,
  behaviour?: KeyBehaviour,
): Promise<KeyHolder> {
  const [person, key] = await Promise.all([personOf(settings, url), newKey(behaviour)]);
  await person.saveKey(key);
  return { person, projectId: await person.createProject(), key };
}

/** One message with the person's own key, and its result. */
export interface Turn {
  key: string;
  word: string;
  answer: ChatAnswer;
}

/** @param url the server it goes through; the person's own by default */
export async function sayWithOwnKey(
  { person, projectId, key }: KeyHolder,
  url?: string,
  word = randomUUID(),
): Promise<Turn> {
  const through = url === undefined ? person : person.at(url);
  const answer = await through.chat({ projectId, text: `say: ${word}`, keyProvider: "personal" });
  return { key, word, answer };
}

/** A failed turn: refused, cut short, sent twice, not sent, or sent with another person's key. */
interface WrongTurn {
  answer: string;
  error: unknown;
  /** For each request that arrived at the provider, whether it carried the key of the person who spoke. */
  withOwnKey: boolean[];
}

/**
 * Of these turns those that were not answered in full after exactly one request to the provider with the
 * speaker's own key.
 *
 * @throws when there are none to look at, which would show nothing
 */
export async function wrongTurns(turns: readonly Turn[]): Promise<WrongTurn[]> {
  if (turns.length === 0) throw new Error("nobody said anything");
  const arrived = await keysArrivedFor(turns);
  return turns.flatMap(({ key, word, answer }, index) => {
    const withOwnKey = (arrived[index] ?? []).map((other) => other === key);
    const isRight = answer.text === word && answer.error === null && withOwnKey.join() === "true";
    return isRight ? [] : [{ answer: answer.text, error: answer.error, withOwnKey }];
  });
}

/** For each turn the keys its requests arrived with at the provider. */
export async function keysArrivedFor(turns: readonly Pick<Turn, "word">[]): Promise<(string | null)[][]> {
  const { entries } = await standIn.journal({ bodies: false });
  const arrived = new Map<string, (string | null)[]>();
  for (const { lastUserText, apiKey } of entries) {
    const word = lastUserText?.replace(/^say: /, "");
    if (word !== undefined) arrived.set(word, [...(arrived.get(word) ?? []), apiKey]);
  }
  return turns.map(({ word }) => arrived.get(word) ?? []);
}

/** People who send one message after the other until they are stopped. */
export class Conversation {
  readonly turns: Turn[] = [];
  /** The last message of a person whose server ended before answering it. */
  readonly cutOff: (Pick<Turn, "key" | "word"> & { error: unknown })[] = [];
  readonly #going: Promise<unknown>;
  #stopped = false;

  /** @param urls servers; each person uses the next one for each message */
  constructor(people: readonly KeyHolder[], urls: readonly [string, ...string[]]) {
    this.#going = Promise.all(
      people.map(async (someone, index) => {
        for (let spoken = 0; !this.#stopped; spoken += 1) {
          const word = randomUUID();
          try {
            this.turns.push(await sayWithOwnKey(someone, urls[(index + spoken) % urls.length], word));
          } catch (error) {
            this.cutOff.push({ key: someone.key, word, error });
            return;
          }
        }
      }),
    );
  }

  /** Waits until everybody has their last answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#going;
  }
}
