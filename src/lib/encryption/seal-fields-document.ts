import { InvalidDocument } from "./seal-fields-errors";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/** Nesting depth of arrays and objects. */
export const MAX_DOCUMENT_DEPTH = 64;
/** Values of any kind, including containers. */
const MAX_DOCUMENT_VALUES = 100_000;
/** UTF-16 units in names and strings together. */
const MAX_DOCUMENT_CHARACTERS = 8 * 1024 * 1024;

/** Counts down what a document may still contain. */
export class DocumentBudget {
  #values = MAX_DOCUMENT_VALUES;
  #characters = MAX_DOCUMENT_CHARACTERS;

  /** @throws InvalidDocument */
  takeValue(): void {
    this.#values -= 1;
    if (this.#values < 0) throw new InvalidDocument(`holds more than ${MAX_DOCUMENT_VALUES} values`);
  }

  /** @throws InvalidDocument */
  takeText(text: string): void {
    this.#characters -= text.length;
    if (this.#characters < 0) {
      throw new InvalidDocument(`holds more than ${MAX_DOCUMENT_CHARACTERS} characters of text`);
    }
  }
}

/**
 * A deep copy that is guaranteed to be JSON. As in JSON.stringify, members that are undefined are omitted;
 * unlike there, anything else that JSON cannot represent (dates, class instances, NaN, functions, holes) is
 * refused instead of being converted.
 *
 * @throws InvalidDocument
 */
export function copyDocument(value: unknown, budget: DocumentBudget, depth = 0): JsonValue {
  budget.takeValue();
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    budget.takeText(value);
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new InvalidDocument("holds a number that JSON has no form for");
    return value;
  }
  if (typeof value !== "object") throw new InvalidDocument("holds a value that JSON has no form for");
  // Also rejects circular documents.
  if (depth >= MAX_DOCUMENT_DEPTH) {
    throw new InvalidDocument(`is nested more than ${MAX_DOCUMENT_DEPTH} levels deep`);
  }
  // Array.from, not map: it visits holes.
  if (Array.isArray(value)) return Array.from(value, (item) => copyDocument(item, budget, depth + 1));
  if (!isPlainObject(value)) throw new InvalidDocument("holds an object that is not plain JSON");
  const copy: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    budget.takeText(name);
    setMember(copy, name, copyDocument(member, budget, depth + 1));
  }
  return copy;
}

/**
 * Defines an own member: by assignment, a member named "__proto__" would replace the object's prototype
 * instead.
 */
export function setMember(object: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Objects of literals and of JSON.parse, also from another realm: their prototype is an Object.prototype or
 * null.
 */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
