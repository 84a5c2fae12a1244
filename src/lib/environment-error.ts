/** One variable that cannot be used, and a sentence that tells a person how to fix it. */
export interface EnvironmentProblem {
  variable: string;
  sentence: string;
}

/**
 * The environment cannot be used. Names every invalid variable; never carries a value, since most values are
 * secrets.
 */
export class EnvironmentError extends Error {
  readonly code = "environment_invalid";
  readonly problems: readonly EnvironmentProblem[];

  constructor(problems: readonly EnvironmentProblem[]) {
    super(problems.map((problem) => problem.sentence).join("\n"));
    this.name = "EnvironmentError";
    this.problems = problems;
  }
}
