import { type JsonObject, type JsonValue, MAX_DOCUMENT_DEPTH, setMember } from "./seal-fields-document";
import { FieldPathInvalid, InvalidDocument } from "./seal-fields-errors";

/** Fields of one document, all paths together. */
const MAX_FIELDS = 1_000;
const MAX_PATHS = 100;
const MAX_PATH_CHARACTERS = 1_024;

/** RFC 6901, section 4: no leading zeros. "-", the place after the last element, is never a field. */
const ARRAY_INDEX = /^(?:0|[1-9][0-9]{0,8})$/;

const ALL_MEMBERS = Symbol("all members");
type Step = string | typeof ALL_MEMBERS;

interface FieldPath {
  /** As the caller wrote it. */
  text: string;
  steps: Step[];
  /** A member missing along the path is no error. */
  optional: boolean;
}

/** One place in a document. */
export interface Field {
  /** The path that resolved to it, as the caller wrote it. */
  path: string;
  /** JSON Pointer (RFC 6901) of exactly this place. */
  pointer: string;
  value: JsonValue;
  replace(value: JsonValue): void;
}

interface Place {
  pointer: string;
  value: JsonValue;
  replace: ((value: JsonValue) => void) | null;
}

/**
 * Finds the fields that paths lead to. A path is a JSON Pointer (RFC 6901) with two additions: a token that
 * is just `*` stands for every element of an array or member of an object (none is fine), and a `?` at the
 * very end allows members to be missing. A path never ends at the whole document.
 *
 * @throws FieldPathInvalid
 * @throws InvalidDocument if there are more than 1,000 fields
 */
export function findFields(document: JsonValue, paths: readonly string[]): Field[] {
  if (paths.length > MAX_PATHS) throw new InvalidDocument(`is given more than ${MAX_PATHS} paths`);
  const fields = new Map<string, Field>();
  for (const path of paths.map(parsePath)) {
    for (const { pointer, value, replace } of placesOf(document, path)) {
      if (replace === null) throw new FieldPathInvalid(path.text, "leads to the whole document");
      if (fields.has(pointer)) throw new FieldPathInvalid(path.text, "leads to the same field as another");
      fields.set(pointer, { path: path.text, pointer, value, replace });
      if (fields.size > MAX_FIELDS) throw new InvalidDocument(`has more than ${MAX_FIELDS} fields to seal`);
    }
  }
  for (const { path, pointer } of fields.values()) {
    for (let end = pointer.lastIndexOf("/"); end > 0; end = pointer.lastIndexOf("/", end - 1)) {
      if (fields.has(pointer.slice(0, end))) {
        throw new FieldPathInvalid(path, "leads into a field that another path seals as a whole");
      }
    }
  }
  return [...fields.values()];
}

function parsePath(text: string): FieldPath {
  if (typeof text !== "string" || text.length > MAX_PATH_CHARACTERS) {
    throw new FieldPathInvalid("...", `is not a text of at most ${MAX_PATH_CHARACTERS} characters`);
  }
  const optional = text.endsWith("?");
  const pointer = optional ? text.slice(0, -1) : text;
  if (!pointer.startsWith("/")) {
    throw new FieldPathInvalid(text, 'does not begin with "/", as a JSON Pointer to a field does');
  }
  if (/~(?![01])/.test(pointer)) {
    throw new FieldPathInvalid(text, 'has a "~" that is neither "~0" nor "~1"');
  }
  const tokens = pointer.slice(1).split("/");
  if (tokens.length > MAX_DOCUMENT_DEPTH) {
    throw new FieldPathInvalid(text, `has more than ${MAX_DOCUMENT_DEPTH} steps`);
  }
  const steps = tokens.map((token) => (token === "*" ? ALL_MEMBERS : unescaped(token)));
  return { text, steps, optional };
}

function placesOf(document: JsonValue, path: FieldPath): Place[] {
  let places: Place[] = [{ pointer: "", value: document, replace: null }];
  for (const step of path.steps) places = places.flatMap((place) => placesBelow(place, step, path));
  return places;
}

function placesBelow({ pointer, value }: Place, step: Step, path: FieldPath): Place[] {
  if (Array.isArray(value)) {
    const indexes = matchingIndexes(value, step, path);
    return indexes.map((index) => ({
      pointer: `${pointer}/${index}`,
      value: value[index] ?? null,
      replace: (to) => {
        value[index] = to;
      },
    }));
  }
  // Null represents a missing object.
  if (value === null) return nothingThere(path);
  if (typeof value !== "object") throw new FieldPathInvalid(path.text, "leads through a single value");
  return matchingNames(value, step, path).map((name) => ({
    pointer: `${pointer}/${escaped(name)}`,
    value: value[name] ?? null,
    replace: (to) => setMember(value, name, to),
  }));
}

function matchingIndexes(array: readonly JsonValue[], step: Step, path: FieldPath): number[] {
  if (step === ALL_MEMBERS) return [...array.keys()];
  if (!ARRAY_INDEX.test(step))
    throw new FieldPathInvalid(path.text, "names an element by something else than its index");
  return Number(step) < array.length ? [Number(step)] : nothingThere(path);
}

/** Own members only: "constructor" and "__proto__" resolve only if the document itself has them. */
function matchingNames(object: JsonObject, step: Step, path: FieldPath): string[] {
  if (step === ALL_MEMBERS) return Object.keys(object);
  return Object.hasOwn(object, step) ? [step] : nothingThere(path);
}

/** @throws FieldPathInvalid unless the path is optional */
function nothingThere(path: FieldPath): never[] {
  if (path.optional) return [];
  throw new FieldPathInvalid(path.text, "leads nowhere");
}

/** In this order, so that "~01" is "~1" and not "/" (RFC 6901, section 4). */
function unescaped(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
