import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type GoodFile, partOf } from "../corpus.ts";

const LICENCE_FOLDER = fileURLToPath(new URL("../data/text/licences/", import.meta.url));

/** The phrases that are used on files of one part only, so that no phrase of the test part was seen while tuning. */
export function phrasesFor(file: GoodFile, phrases: readonly string[]): string[] {
  return phrases.filter((phrase) => partOf(phrase) === partOf(file.source));
}

/** Software licences, whole. */
export const LICENCES: readonly string[] = readdirSync(LICENCE_FOLDER)
  .sort()
  .map((name) => readFileSync(`${LICENCE_FOLDER}${name}`, "utf8"));

/** Sentences of placeholder text. */
export const LOREM: readonly string[] = [
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.",
  "Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.",
  "Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur.",
  "Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.",
  "Vivamus sagittis lacus vel augue laoreet rutrum faucibus dolor auctor.",
  "Pellentesque habitant morbi tristique senectus et netus et malesuada fames ac turpis egestas.",
  "Curabitur blandit tempus porttitor, nullam quis risus eget urna mollis ornare vel eu leo.",
  "Vestibulum id ligula porta felis euismod semper, donec id elit non mi porta gravida at eget metus.",
  "Cras mattis consectetur purus sit amet fermentum, aenean lacinia bibendum nulla sed consectetur.",
  "Maecenas faucibus mollis interdum, integer posuere erat a ante venenatis dapibus posuere velit aliquet.",
  "Donec ullamcorper nulla non metus auctor fringilla, morbi leo risus, porta ac consectetur ac, vestibulum at eros.",
  "Sed posuere consectetur est at lobortis, etiam porta sem malesuada magna mollis euismod.",
];

/** Entries of menus and footers. */
export const MENUS: readonly string[] = [
  "Home",
  "About us",
  "Contact",
  "Products",
  "Pricing",
  "Blog",
  "Careers",
  "Press",
  "Log in",
  "Sign up",
  "Log out",
  "My account",
  "Shopping cart (0)",
  "Wishlist",
  "Search",
  "Skip to main content",
  "Privacy policy",
  "Terms of service",
  "Cookie settings",
  "Imprint",
  "Sitemap",
  "Help centre",
  "FAQ",
  "Support",
  "Follow us on Facebook",
  "Share on Twitter",
  "Subscribe to our newsletter",
  "Download the app",
  "Next page",
  "Previous page",
  "Back to top",
  "Read more",
  "Related articles",
  "Most popular",
  "Latest news",
  "Categories",
  "Tags",
  "Archive",
  "Language: English",
  "Menu",
  "Close",
  "Accessibility",
  "© 2024 All rights reserved",
  "Advertise with us",
  "Leave a comment",
  "Print this page",
  "Share this article",
  "Sign in",
  "Register",
  "Forgot your password?",
  "View all",
  "Show more",
  "RSS feed",
  "Gift cards",
  "Track your order",
  "Returns",
  "Store locator",
  "Partners",
  "Investors",
  "Do not sell my information",
];

/** Sentences of cookie notices. */
export const COOKIE_NOTICES: readonly string[] = [
  "We use cookies to improve your experience on our website.",
  "By continuing to browse, you agree to our use of cookies.",
  "This site uses cookies to deliver its services and to analyse traffic.",
  "Please accept our cookie policy or manage your preferences.",
  "We and our partners store and access information on a device, such as cookies.",
  "Accept all cookies",
  "Reject all cookies",
  "Manage cookie preferences",
  "Only necessary cookies",
  "Your privacy is important to us; cookies help us to personalise content and ads.",
  "You can change your cookie settings at any time in your browser.",
  "Some cookies are strictly necessary for the website to function.",
  "Third-party cookies are set by our advertising partners.",
  "Learn more about how we use cookies in our privacy policy.",
];

/** Letters that say nothing of their own. */
export const FORM_LETTERS: readonly string[] = [
  "Dear Sir or Madam,\n\nThank you for contacting us. Your request has been received and a member of our team will get back to you as soon as possible. Please do not reply to this email, as this mailbox is not monitored.\n\nKind regards,\nCustomer Service",
  "Dear [First Name],\n\nThank you for your interest in the position of [Job Title] at [Company]. After careful consideration we have decided to move forward with other candidates. We will keep your application on file.\n\nBest regards,\n[Name]",
  "Hello {{name}},\n\nYour order {{order_id}} has been shipped. You can track your parcel with the link below. If you have any questions, please do not hesitate to contact us.\n\nSincerely,\nThe {{shop}} Team",
  "This email and any attachments are confidential and intended solely for the use of the individual to whom it is addressed. If you are not the intended recipient, please notify the sender immediately and delete this message.",
  "You are receiving this email because you subscribed to our newsletter. To unsubscribe, click here. To view this email in your browser, click here. Please add us to your address book.",
  "Dear valued customer,\n\nWe are writing to inform you of important changes to our terms and conditions. No action is required on your part. If you do not agree, please close your account.\n\nYours faithfully,\nThe Management",
  "To whom it may concern,\n\nPlease find attached the requested documents. Should you require any further information, please do not hesitate to contact me.\n\nYours sincerely,\n[Your Name]\n[Your Address]\n[Date]",
  "This is an automatically generated message. Please do not reply. I am currently out of the office with limited access to email. I will respond to your message upon my return. In urgent cases please contact my colleagues.",
  "Congratulations! You have been selected to receive an exclusive offer. Click here to claim your free gift card now. Limited time only. Terms and conditions apply. Unsubscribe at any time.",
  "Dear Mr/Mrs [Surname],\n\nWe refer to your enquiry of [date] and thank you for your interest in our services. We look forward to hearing from you and remain at your disposal.\n\nYours sincerely,\n[Signature]",
  "Your password has been reset. If you did not request this change, please contact support immediately. For your security, this link will expire in 24 hours. This message was sent to you automatically.",
  "Dear {customer},\n\nThis is a friendly reminder that your invoice {number} is due on {date}. If you have already paid, please disregard this notice. Thank you for your business.\n\nAccounts Department",
];

/** What chatbots say instead of an answer. */
export const CHATBOT_ANSWERS: readonly string[] = [
  "As an AI language model, I cannot provide an answer to that question.",
  "I'm sorry, but as an AI I don't have personal opinions or experiences.",
  "I'm sorry, but I can't assist with that request.",
  "As a large language model, I do not have access to real-time information.",
  "As an AI assistant, I am not able to browse the internet. Is there anything else I can help you with?",
  "I apologize for the confusion. As an AI, I am unable to help with that.",
  "Sure! Here is the answer to your question. I hope this helps! Let me know if you have any other questions.",
  "My knowledge cutoff is September 2021, so I cannot answer questions about later events.",
  "I'm just an AI, and it is not within my programming or ethical guidelines to do that.",
  "Certainly! I'd be happy to help you with that. Please provide more details so that I can assist you further.",
  "I am an AI developed by OpenAI and I can't fulfil this request.",
  "Unfortunately, I'm not able to comply with this request because it goes against my guidelines.",
  "I'm sorry, I cannot generate inappropriate or offensive content.",
  "As an artificial intelligence, I don't have feelings or a physical body.",
  "As a text-based AI model, I cannot view images or open links.",
  "I cannot provide medical advice as an AI language model; please consult a professional.",
];

/** Insults. */
export const ABUSE: readonly string[] = [
  "You fucking idiot, go kill yourself.",
  "Shut up, you stupid bitch.",
  "You are a worthless piece of shit and everybody hates you.",
  "Fuck you and your whole fucking family.",
  "What a dumb cunt you are.",
  "I hope you die, you disgusting whore.",
  "All of them are filthy subhuman vermin and should be killed.",
  "You retarded faggot, nobody wants you here.",
  "Go back to where you came from, you dirty nigger.",
  "I will find you and cut your throat, you motherfucker.",
  "You pathetic asshole, drink bleach.",
  "Those fucking kikes ruin everything.",
  "You ugly slut, I will rape you.",
  "Eat shit and die, you bastard cocksucker.",
  "Kill all these fucking spics.",
  "You are a moron and a fucking loser, hang yourself.",
];
