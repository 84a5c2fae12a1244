/** One variable that cannot be used, and the sentence a person needs to mend it. */
export interface EnvironmentProblem {
  variable: string;
  sentence: string;
}

/** The environment cannot be used. Names every variable at fault; never carries a value, for most values are secrets. */
export class EnvironmentError extends Error {
  readonly code = "environment_invalid";
  readonly problems: readonly EnvironmentProblem[];

  constructor(problems: readonly EnvironmentProblem[]) {
    super(problems.map((problem) => problem.sentence).join("\n"));
    this.name = "EnvironmentError";
    this.problems = problems;
  }
}
