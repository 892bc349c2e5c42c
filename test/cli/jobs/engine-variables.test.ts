import { describe, expect, test } from "vitest";
import { partOfTask, slurmTask } from "../../../src/cli/jobs/engine-variables.ts";

const ARRAY = { SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_MAX: "8", SLURM_ARRAY_TASK_COUNT: "8" };

describe("partOfTask()", () => {
  test("is the part that Slurm, GNU parallel and Kubernetes number from 1, 1 and 0", () => {
    expect(partOfTask("slurm", 8, { SLURM_ARRAY_TASK_ID: "3" })).toEqual({ index: 3, of: 8 });
    expect(partOfTask("parallel", 8, { PARALLEL_SEQ: "8" })).toEqual({ index: 8, of: 8 });
    expect(partOfTask("kubernetes", 8, { JOB_COMPLETION_INDEX: "0" })).toEqual({ index: 1, of: 8 });
  });

  test("takes the size of a whole array of Slurm, and the stated size where some tasks are submitted again", () => {
    expect(partOfTask("slurm", undefined, { ...ARRAY, SLURM_ARRAY_TASK_ID: "3" })).toEqual({
      index: 3,
      of: 8,
    });
    const again = { ...ARRAY, SLURM_ARRAY_TASK_COUNT: "2", SLURM_ARRAY_TASK_ID: "8" };
    expect(partOfTask("slurm", 8, again)).toEqual({ index: 8, of: 8 });
    expect(() => partOfTask("slurm", undefined, again)).toThrow(
      "Cannot generate corpus: --shard slurm must have the number of parts, got none; give it with --parts",
    );
  });

  test("refuses arrays of another size, and processes that are no task", () => {
    expect(() => partOfTask("slurm", 8, { SLURM_ARRAY_TASK_ID: "9" })).toThrow(
      "Cannot generate corpus: SLURM_ARRAY_TASK_ID must be from 1 to 8 for 8 parts, got 9; submit with sbatch --array=1-8",
    );
    expect(() => partOfTask("slurm", 8, { SLURM_ARRAY_TASK_ID: "0" })).toThrow(
      "from 1 to 8 for 8 parts, got 0",
    );
    expect(() => partOfTask("kubernetes", 8, { JOB_COMPLETION_INDEX: "8" })).toThrow(
      "JOB_COMPLETION_INDEX must be from 0 to 7 for 8 parts, got 8; set completionMode: Indexed and completions: 8",
    );
    expect(() => partOfTask("parallel", 8, { PARALLEL_SEQ: "x" })).toThrow(
      "got PARALLEL_SEQ x; start with seq 8 | parallel",
    );
    expect(() => partOfTask("slurm", undefined, {})).toThrow(
      "Cannot generate corpus: --shard slurm must run in a task of a Slurm job array, got no SLURM_ARRAY_TASK_ID; " +
        "submit with sbatch --array=1-N, or name the part, such as --shard 1/64",
    );
    expect(() => partOfTask("kubernetes", undefined, { JOB_COMPLETION_INDEX: "0" })).toThrow(
      "give it with --parts",
    );
  });
});

test("slurmTask() names a task of an array or a job, and counts its runs", () => {
  expect(slurmTask({})).toBeNull();
  expect(slurmTask({ SLURM_JOB_ID: "7", SLURM_CLUSTER_NAME: "c" })).toEqual({ name: "slurm c 7", run: 0 });
  const variables = {
    SLURM_JOB_ID: "9",
    SLURM_ARRAY_JOB_ID: "7",
    SLURM_ARRAY_TASK_ID: "2",
    SLURM_RESTART_COUNT: "3",
  };
  expect(slurmTask(variables)).toEqual({ name: "slurm  7_2", run: 3 });
});
