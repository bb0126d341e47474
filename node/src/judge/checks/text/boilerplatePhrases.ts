/** Words of the usual placeholder texts (from Cicero's De finibus, 45 BC) that are no English words. */
export const FILLER_WORDS: ReadonlySet<string> = new Set(
  "lorem ipsum dolor sit amet consectetur consectetuer adipiscing elit sed eiusmod tempor incididunt ut labore et dolore magna aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat proident sunt culpa qui officia deserunt mollit anim est laborum vivamus sagittis lacus vel augue laoreet rutrum faucibus auctor pellentesque habitant morbi tristique senectus netus malesuada fames ac turpis egestas curabitur blandit tempus porttitor nullam risus eget urna mollis ornare leo vestibulum ligula porta felis euismod semper donec id non mi gravida at metus cras mattis purus fermentum aenean lacinia bibendum maecenas interdum integer posuere erat ante venenatis dapibus aliquet phasellus viverra nunc suspendisse potenti proin praesent tincidunt vulputate mauris massa vitae tortor condimentum aliquam pharetra quam sapien ultrices quisque sodales dignissim fusce convallis libero justo in a".split(
    " ",
  ),
);

/** Terms of licences. */
export const TERMS =
  /\blicen[cs](?:e[ds]?|ees?|ors?|ing)\b|\bcopyright(?:ed)?\b|\bwarrant(?:y|ies)\b|\bliab(?:le|ility)\b|\bredistribut\w+|\bderivative\b|\bpatents?\b|\bhereby\b|\bgrant(?:s|ed)?\b|\bas[ -]is\b|\bdamages\b|\bpermission\b|\bnotices?\b|\bcontributors?\b|\bmerchantability\b|\bcovered software\b|\bsource code form\b|\bdisclaim\w*|\bindemni\w+|\bsublicen\w+|\bdistribut\w+/gi;

/** Sentences and lines that say nothing of their own. */
export const PHRASES: readonly { kind: string; pattern: RegExp }[] = [
  {
    kind: "a cookie notice",
    pattern:
      /\bcookies?\b.*\b(accept|agree|use[sd]?|settings?|polic|preferences|browser|website|experience|consent|partners|necessary|privacy)|\b(accept|reject|manage|use[sd]?|necessary|third-party|consent)\b.*\bcookies?\b/i,
  },
  {
    kind: "menus of a web page",
    pattern:
      /^\W*(home|about( us)?|contact( us)?|products?|pricing|blog|careers?|jobs|press|log ?(in|out)|sign ?(in|up|out)|register|my account|account|(shopping )?cart\b.*|basket|checkout|wishlist|search|skip to (main )?content|privacy( policy)?|terms( of (service|use))?|cookie settings|imprint|legal notice|site ?map|help( cent(re|er))?|faqs?|support|(follow|find|like) us on \w+|share (on|this)\b.*|(subscribe to our )?newsletter|subscribe|download( the app)?|(next|previous)( page)?|back to top|(read|show|see|load|view) (more|all|less)|related (articles|posts)|most popular|latest news|news|categories|tags|archives?|language(: \w+)?|menu|close|accessibility|advertise( with us)?|leave a comment|comments?|print( this page)?|forgot(ten)?( your)? password\??|rss( feed)?|gift cards?|track (your|my) order|returns( and refunds)?|store (locator|finder)|partners|investors?( relations)?|do not sell my( personal)? info(rmation)?|(©|\(c\)|copyright)? ?(©)? ?(19|20)\d\d.*|all rights reserved)\W*$/i,
  },
  {
    kind: "a chatbot's refusal",
    pattern:
      /\bas an? (large |artificial |text-based |ai |language )*(ai|intelligence|language model|assistant|model)\b|\bi('m| am) (just |only )?an? (ai|artificial|language model|large language)|\b(sorry|apologi[sz]e|unfortunately)\b.*\b(can(no|')t|unable|not able|confusion)\b|\bi (can ?not|can't|am unable to|am not able to) (assist|help|provide|generate|answer|fulfil|comply|browse|create)|\bknowledge (cut-?off|was last updated)|\bhope (this|that) helps\b|\blet me know if you have any (other|more|further)|\banything else i can help|\bhappy to help\b|\bhere is the answer to your question\b|\bprovide more (details|context|information) so\b|\bi don't have (personal|feelings|access|opinions|a physical)|\bnot within my programming\b|\bagainst my (guidelines|programming|policy)\b|\bdeveloped by (openai|anthropic|google)\b|^sure!$/i,
  },
  {
    kind: "a form letter",
    pattern:
      /\bdear (sir|madam|mr|valued|customer|\[|\{)|\bto whom it may concern\b|\b(kind|best|warm) regards\b|\byours (sincerely|faithfully|truly)\b|^sincerely\b|\b(do not|don't) reply to this\b|\bplease do not reply\b|\bautomatically( generated)?\b.*\b(message|sent|email)|\bmessage was sent\b|\bunsubscribe\b|\bclick here\b|\bmailbox is not monitored\b|\bintended (solely|recipient)|\bnotify the sender\b|\battachments are confidential\b|\bout of (the )?office\b|\bdo(es)? not hesitate to\b|\bget back to you\b|\bthank you for (contacting|your (interest|business|enquiry|inquiry|order|patience|application))|\blook forward to hearing\b|\bremain at your disposal\b|\bmove forward with other candidates\b|\bkeep your application\b|\bour (team|terms and conditions)\b|\b(has|have) been (shipped|received|reset|selected)\b|\b(you can )?track your (parcel|order)|\bif you did not request\b|\bcontact support\b|\blink will expire\b|\bfriendly reminder\b|\bis due on\b|\bdisregard this (notice|message)|\bno action is required\b|\bclose your account\b|\bplease find (attached|enclosed)\b|\brequire any further information\b|\b(exclusive|limited[- ]time) (offer|only)\b|\bfree gift\b|\bterms and conditions apply\b|\bview this email\b|\breceiving this email\b|\baddress book\b|\bupon my return\b|\bin urgent cases\b|^\W*(customer service|the management|accounts department)\W*$|\{\{?\w+\}?\}|\[(first name|name|your name|your address|date|surname|signature|company|job title|title)\]/i,
  },
  {
    kind: "a licence",
    pattern:
      /\bpermission is hereby granted\b|\bredistribution and use\b|\bprovided ["“]?as[ -]is\b|\bwithout warrant(y|ies) of any kind\b|\blicensed under the\b.*\blicen[cs]e,? version\b|\ball rights reserved\b/i,
  },
];
