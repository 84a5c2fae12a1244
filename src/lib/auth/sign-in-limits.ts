import type { Limit } from "@/lib/rate-limiter";

/**
 * Wrong passwords for one e-mail address: slows guessing against one person, from any number of addresses.
 */
export const FAILED_SIGN_INS_PER_EMAIL: Limit = {
  name: "sign-in-email",
  points: 10,
  seconds: 15 * 60,
  sentence: "Too many wrong passwords for this account.",
};

/**
 * Wrong passwords from one address: slows trying one password on many people. Generous, because offices share
 * one.
 */
export const FAILED_SIGN_INS_PER_ADDRESS: Limit = {
  name: "sign-in-address",
  points: 100,
  seconds: 15 * 60,
  sentence: "Too many failed sign-ins from your network.",
};

/** New accounts from one address. */
export const SIGN_UPS_PER_ADDRESS: Limit = {
  name: "sign-up-address",
  points: 300,
  seconds: 60 * 60,
  sentence: "Too many new accounts from your network.",
};

/**
 * How often a signed-in person may confirm an action with the password: changing it, deleting the account.
 */
export const PASSWORD_CONFIRMATIONS: Limit = {
  name: "password-confirm",
  points: 10,
  seconds: 15 * 60,
  sentence: "Too many tries with a password.",
};
