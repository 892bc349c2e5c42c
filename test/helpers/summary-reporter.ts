import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends the run on the plain line `N passed, N failed, N skipped`, names every skipped test, and, where
 * HETEROSTEM_FORBID_SKIPS is set (as .ci/run does), fails the run when there is one: there a missing browser
 * or data folder is a broken machine, not an excuse.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // a hook that fails leaves its tests skipped and the error with their suite
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = suites.filter((suite) => suite.errors().length > 0).length;
    const countOf = (state: string) => tests.filter((t) => t.result().state === state).length;
    const skipped = tests.filter((t) => t.result().state === "skipped");
    for (const t of skipped) console.log(`skipped: ${t.module.relativeModuleId} > ${t.fullName}`);
    if (skipped.length > 0 && process.env["HETEROSTEM_FORBID_SKIPS"]) {
      console.log("Skipped tests are failures here (HETEROSTEM_FORBID_SKIPS is set)");
      process.exitCode = 1;
    }
    console.log(
      `${countOf("passed")} passed, ${countOf("failed") + broken} failed, ${skipped.length} skipped`,
    );
  }
}
