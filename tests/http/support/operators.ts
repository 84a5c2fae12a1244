/**
 * Operators of the product that all HTTP tests share: one account per file that needs access everywhere. No
 * other account is an operator there, not even the first one.
 */
export const OPERATORS = {
  audit: "audit@operators.example",
  badInput: "bad-input@operators.example",
  fuzz: "fuzz@operators.example",
  notices: "notices@operators.example",
  noticesToo: "notices-too@operators.example",
  limits: "limits@operators.example",
  oneMessage: "one-message@operators.example",
  people: "people@operators.example",
  usage: "usage@operators.example",
  reconciliation: "reconciliation@operators.example",
  peopleToo: "people-too@operators.example",
} as const;
