/** Work was asked to stop and did so after what it had in hand: all that is finished is kept, and a later call goes on; exit code 75. */
export class WorkStopped extends Error {
  override readonly name = "WorkStopped";
}
