// What a preview does not know yet, and what is therefore left to the update.
import { runtime } from "@pulumi/pulumi";

/** Whether this is a preview: the engine tells the pack as it tells a program. */
export const isPreview = (): boolean => runtime.isDryRun();

/** What a policy would have had to know. */
export interface Note {
  readonly policy: string;
  readonly urn?: string;
  readonly what: string;
  /** The URN of the cluster that it is about, where the resource may be about several. */
  readonly on?: string;
}

export const notes: Note[] = [];

export const note = (one: Note): void => void notes.push(one);
