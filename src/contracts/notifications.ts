import { z } from "zod";
import { NOTIFICATION_KINDS, type NotificationKind } from "./notification-kind";
import type { OwnerKind } from "./owner";
import { isInOurTime } from "./stored-moment";

/* What people are told: in the application, by mail, by webhook. */

/** Ids, names and figures for a sentence (notification-sentence.ts). */
export type NotificationDetail = Record<string, string | number | boolean | null>;

export interface NotificationSummary {
  id: string;
  kind: NotificationKind;
  /** Of the installation: for its operators. */
  owner: OwnerKind;
  detail: NotificationDetail;
  createdAt: string;
  isRead: boolean;
}

export interface NotificationListResponse {
  /** Newest first. */
  notifications: NotificationSummary[];
  /** For the next page; null on the last. */
  next: string | null;
  unread: number;
}

/** Counted up to UNREAD_COUNTED; one more means that there are more. */
export interface UnreadResponse {
  unread: number;
}

const cursorSentence = "This cursor is not one of this list. Read it from the start.";
export const notificationPageSchema = z.object({
  limit: z
    .string()
    .regex(/^\d{1,6}$/, "A limit is a whole number.")
    .transform(Number)
    .refine((limit) => limit > 0, "A limit is at least 1.")
    .optional(),
  /** Id of the last one of the page before. */
  cursor: z.uuid(cursorSentence).optional(),
});
export type NotificationPage = z.infer<typeof notificationPageSchema>;

export const markReadRequestSchema = z.strictObject({ isRead: z.boolean("Say whether it is read.") });

/** Up to the newest one that the person has seen listed, so that one that arrives meanwhile stays unread. */
export const markAllReadRequestSchema = z.strictObject({
  upTo: z.iso
    .datetime({ abort: true, error: "Say up to which time they are read." })
    .refine((text) => isInOurTime(Date.parse(text)), "Say up to which time they are read.")
    // The database refuses long fractions.
    .transform((text) => new Date(text).toISOString()),
});

export const NOTIFICATION_CHANNELS = ["app", "mail", "webhook"] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

export type ChannelSettings = Record<NotificationChannel, boolean>;

export interface NotificationSettingsResponse {
  settings: Record<NotificationKind, ChannelSettings>;
  mail: {
    /** Whether this installation has a mail server. */
    isConfigured: boolean;
    /** Where mail goes: the account's address. */
    address: string;
    /** The last mail to it that was not accepted, since when; null if the last one was. */
    failing: { outcome: DeliveryOutcome; at: string } | null;
  };
  isOperator: boolean;
}

export const changeNotificationSettingSchema = z.strictObject({
  kind: z.enum(NOTIFICATION_KINDS, { error: "Name a kind of notification." }),
  channel: z.enum(NOTIFICATION_CHANNELS, { error: "A channel is app, mail or webhook." }),
  isOn: z.boolean("Say whether it is on."),
});
export type ChangeNotificationSetting = z.infer<typeof changeNotificationSettingSchema>;

/** How an attempt to deliver ended. */
export const DELIVERY_OUTCOMES = [
  "delivered",
  /** Mail: the server did not take it. Webhook: the receiver answered with a status that is no success. */
  "refused",
  "redirect",
  "timeout",
  "unreachable",
  /** The address is not open to this installation. */
  "address_refused",
  /** The signing secret cannot be opened now. */
  "secret_unreadable",
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** How a test mail ended. */
export interface MailTestResponse {
  outcome: DeliveryOutcome | "not_configured";
  sentence: string;
}
