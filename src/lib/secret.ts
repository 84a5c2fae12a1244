import { inspect } from "node:util";

const REDACTED = "[redacted]";

/**
 * Holds a plaintext secret so that it cannot be printed by accident: string conversion, JSON, inspection and
 * spreading all give `[redacted]` or nothing. Only `reveal()` hands it out; search for it to see every use.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
