import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { ended, until, type Ended } from "./cluster-job.ts";

/** Slurm of Debian on this machine: one node with two slots, all of its files in one folder. */
export interface SlurmCluster {
  /** Environment of its commands. */
  readonly env: NodeJS.ProcessEnv;
  run(command: string, ...words: string[]): Promise<Ended>;
  /** Ends the daemon that signs what Slurm's parts say to each other; Slurm stays. */
  stopMunge(): Promise<void>;
  startMunge(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts munged, slurmctld and slurmd in a folder.
 *
 * @param folder empty, of this user, and no other may write above it: munge wants that
 */
export async function startSlurm(folder: string): Promise<SlurmCluster> {
  const at = (name: string) => join(folder, name);
  for (const name of ["munge", "state", "spool"]) mkdirSync(at(name));
  chmodSync(at("munge"), 0o700);
  writeFileSync(at("munge/key"), randomBytes(1024), { mode: 0o400 });
  writeFileSync(at("slurm.conf"), slurmConf(folder));
  const env = { ...process.env, SLURM_CONF: at("slurm.conf") };
  const pidOf = (name: string) => Number(readFileSync(at(name), "utf8"));
  const run = (command: string, ...words: string[]) => ended(command, words, env);

  const startMunge = async () => {
    const files = {
      "key-file": "key",
      socket: "socket",
      "pid-file": "pid",
      "log-file": "log",
      "seed-file": "seed",
    };
    const flags = Object.entries(files).map(([flag, name]) => `--${flag}=${at(`munge/${name}`)}`);
    execFileSync("munged", [...flags, "--force"], { stdio: "ignore" });
    const socket = `--socket=${at("munge/socket")}`;
    await until("munge answers", async () => (await run("munge", "--no-input", socket)).code === 0, 20);
  };
  const stopMunge = () => endProcess(pidOf("munge/pid"));
  await startMunge();
  const daemons = ["slurmctld", "slurmd"].map((name) =>
    spawn(name, ["-D", "-c", "-f", at("slurm.conf")], { env, stdio: "ignore" }),
  );
  const stop = async () => {
    for (const { pid } of daemons.toReversed()) if (pid !== undefined) await endProcess(pid);
    await stopMunge().catch(() => {});
  };
  await until(
    "the node is idle",
    async () => (await run("sinfo", "-h", "-o", "%T")).stdout.trim() === "idle",
    60,
  );
  return { env, run, stopMunge, startMunge, stop };
}

async function endProcess(pid: number): Promise<void> {
  const isThere = () => {
    try {
      process.kill(pid, 0);
      // a zombie is gone, too
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false;
    }
  };
  if (isThere()) process.kill(pid, "SIGTERM");
  await until(`process ${pid} ends`, () => !isThere(), 30);
}

/** No accounting and no control groups: what a container allows. A requeued task waits for its old credential to end: five seconds. */
function slurmConf(folder: string): string {
  const [host] = hostname().split(".");
  const { username } = userInfo();
  const settings = {
    ClusterName: "test",
    SlurmctldHost: `${host}(127.0.0.1)`,
    SlurmctldPort: 26817,
    SlurmdPort: 26818,
    SlurmUser: username,
    SlurmdUser: username,
    AuthType: "auth/munge",
    AuthInfo: `socket=${folder}/munge/socket,cred_expire=5`,
    CredType: "cred/munge",
    StateSaveLocation: `${folder}/state`,
    SlurmdSpoolDir: `${folder}/spool`,
    SlurmctldPidFile: `${folder}/slurmctld.pid`,
    SlurmdPidFile: `${folder}/slurmd.pid`,
    SlurmctldLogFile: `${folder}/slurmctld.log`,
    SlurmdLogFile: `${folder}/slurmd.log`,
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_Core_Memory",
    SwitchType: "switch/none",
    MpiDefault: "none",
    AccountingStorageType: "accounting_storage/none",
    JobCompType: "jobcomp/filetxt",
    JobCompLoc: `${folder}/finished`,
    JobRequeue: 1,
    ReturnToService: 2,
    KillWait: 5,
    SchedulerParameters: "sched_interval=1,sched_min_interval=0,bf_interval=1,batch_sched_delay=0",
    // twice the cores that it may have: two slots on any machine
    SlurmdParameters: "config_overrides",
    NodeName: `${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000 State=UNKNOWN`,
    PartitionName: "all Nodes=ALL Default=YES MaxTime=60 State=UP",
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
