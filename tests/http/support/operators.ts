/**
 * Operators of the product that all HTTP tests share: one account per file that needs access everywhere. No
 * other account is an operator there, not even the first one.
 */
export const OPERATORS = {
  badInput: "bad-input@operators.example",
  fuzz: "fuzz@operators.example",
  oneMessage: "one-message@operators.example",
  people: "people@operators.example",
  reconciliation: "reconciliation@operators.example",
  peopleToo: "people-too@operators.example",
} as const;
