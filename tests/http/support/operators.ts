/**
 * Who operates the product that all HTTP tests share: an account for each file that has to be let in everywhere. Nobody else
 * there is an operator, not even whoever happens to make the first account.
 */
export const OPERATORS = {
  badInput: "bad-input@operators.example",
  fuzz: "fuzz@operators.example",
  oneMessage: "one-message@operators.example",
} as const;
