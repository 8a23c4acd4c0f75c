//! The cases, by hand: what must be found, and what must not.

use super::super::Kind::{Attribute, Death, Name, Timeline};
use super::Case;

pub(super) const CASES: &[Case] = &[
    // Names.
    Case {
        says: "a name changes its first letter",
        canon: &[],
        pages: &[
            "Then Katherine came. At last Katherine sat.",
            "And Katherine laughed.",
            "Later Catherine rose.",
        ],
        found: &[(Name, "Katherine", "Catherine")],
    },
    Case {
        says: "canon knows how a name is spelled",
        canon: &["character Stephen Garrow: The clerk."],
        pages: &["Then Steven Garrow came in."],
        found: &[(Name, "Stephen", "Steven")],
    },
    Case {
        says: "a last name loses a letter",
        canon: &["character Nan Garrow: The clerk."],
        pages: &["“Miss Garow,” he said to her."],
        found: &[(Name, "Garrow", "Garow")],
    },
    Case {
        says: "two letters are swapped in a name that stands often",
        canon: &[],
        pages: &[
            "So Helsing came. Then Helsing sat.",
            "When Helsing spoke, Helsing smiled.",
            "And Helsing.",
            "Then Hesling left. No one saw where Helsing went, or Helsing. But Helsing did.",
        ],
        found: &[(Name, "Helsing", "Hesling")],
    },
    Case {
        says: "two people in one sentence are two",
        canon: &[],
        pages: &[
            "Then Katherine came. At last Katherine sat by Catherine.",
            "And Katherine laughed.",
            "Later Catherine rose.",
        ],
        found: &[],
    },
    Case {
        says: "canon knows both spellings",
        canon: &["character Katherine Vell (Cathy): Tall.", "character Catherine Holt: Small."],
        pages: &[
            "Then Katherine came. Then Katherine sat.",
            "And Katherine laughed.",
            "Later Catherine rose.",
        ],
        found: &[],
    },
    Case {
        says: "an alias is another spelling on purpose",
        canon: &["character Katherine Vell (Catherine): Tall."],
        pages: &["Then Katherine came.", "Later Catherine rose."],
        found: &[],
    },
    Case {
        says: "plurals, possessives and peoples are forms of one name",
        canon: &[],
        pages: &[
            "In America the Harkers stood.",
            "So Harker’s house in America. Mr. Harker came to America.",
            "An American came with Harker. And the Americans. Then Harker.",
        ],
        found: &[],
    },
    Case {
        says: "names that differ in their first letter are two",
        canon: &["character Jonathan Harker: A clerk."],
        pages: &["Then Harker met Mr. Parker. Later Parker left.", "So Barker came in."],
        found: &[],
    },
    Case {
        says: "a man and a woman",
        canon: &["character Alexander Holt: Old."],
        pages: &[
            "Then Alexandra came. So Alexander sat.",
            "Then Francis, then Frances, then Francis. And Francis.",
        ],
        found: &[],
    },
    // Attributes.
    Case {
        says: "eyes are not as canon has them",
        canon: &["character Mara Vell: Mara has grey eyes."],
        pages: &["Mara’s green eyes were open. Rain.", "Mara’s brown eyes followed him."],
        found: &[(Attribute, "grey eyes", "brown eyes")],
    },
    Case {
        says: "notes in canon are read, too",
        canon: &[
            "character Mara Vell: Tall. Blue eyes, red hair.",
            "character Tom Hale: Eyes: brown. Hair: black.",
        ],
        pages: &["Mara Vell had brown eyes.", "Tom’s hair was red."],
        found: &[(Attribute, "Blue eyes", "brown eyes"), (Attribute, "Hair: black", "hair was red")],
    },
    Case {
        says: "looks that canon gives in one breath",
        canon: &["character Elena Marsh: A tall woman with a limp, dark green eyes and black hair."],
        pages: &[
            "Elena stood by the window. Her brown eyes were fixed on the sea.",
            "Elena’s red hair was wet.",
        ],
        found: &[(Attribute, "green eyes", "brown eyes"), (Attribute, "black hair", "red hair")],
    },
    Case {
        says: "in canon, too, a mother’s eyes are her own",
        canon: &["character Elena Marsh: Her mother had green eyes, and her father’s hair was red."],
        pages: &["Elena’s blue eyes were open. Elena’s black hair was wet."],
        found: &[],
    },
    Case {
        says: "a stranger’s eyes are nobody’s that is named",
        canon: &["character Marcus: Marcus has blue eyes."],
        pages: &[
            "Marcus met a stranger at the gate. His brown eyes were cold.",
            "Marcus looked at her. Her brown eyes were cold. He sat.",
        ],
        found: &[],
    },
    Case {
        says: "an article is not a name",
        canon: &["place The Anchor: The Anchor has two doors.", "character Will Hale: Tall."],
        pages: &["The Anchor had three doors, and a bell at each. Will you come?"],
        found: &[(Attribute, "two doors", "three doors")],
    },
    Case {
        says: "the dead are buried by others",
        canon: &[],
        pages: &[
            "Then Anders came. They buried Anders on the hill.",
            "Spring came.",
            "“You’re late,” Anders said.",
        ],
        found: &[(Death, "buried", "Anders said")],
    },
    Case {
        says: "eyes change between pages",
        canon: &[],
        pages: &["Then Mara came. Mara’s eyes were very blue.", "He saw Mara’s dark, brown eyes."],
        found: &[(Attribute, "blue", "brown")],
    },
    Case {
        says: "her eyes, where one person is named",
        canon: &["character Mara Vell: She has blue eyes."],
        pages: &["Mara looked up. Her eyes were brown and tired."],
        found: &[(Attribute, "blue", "brown")],
    },
    Case {
        says: "her eyes, where two are named, may be anyone’s",
        canon: &["character Mara Vell: She has blue eyes.", "character Ida: Small."],
        pages: &["Mara looked at Ida. Her eyes were brown and tired."],
        found: &[],
    },
    Case {
        says: "colours that pass for each other",
        canon: &["character Mara Vell: She has grey eyes and auburn hair."],
        pages: &["Mara’s blue eyes. Mara’s red hair was wet."],
        found: &[],
    },
    Case {
        says: "hair that is dyed, or under a wig",
        canon: &["character Mara Vell: She has black hair."],
        pages: &["Mara’s hair was red now that she had dyed it.", "Mara’s red hair was a wig."],
        found: &[],
    },
    Case {
        says: "eyes black with rage keep their colour",
        canon: &["character Mara Vell: She has blue eyes."],
        pages: &["Mara’s eyes were black with rage.", "It was as if Mara’s eyes were green."],
        found: &[],
    },
    Case {
        says: "what is denied is not claimed",
        canon: &["character Mara Vell: She has blue eyes."],
        pages: &["Mara’s eyes were not brown.", "Were Mara’s eyes brown?"],
        found: &[],
    },
    Case {
        says: "the hand that someone writes with",
        canon: &["character Tom Hale: Tom is left-handed."],
        pages: &["Tom, who was right-handed, took the pen.", "The left-handed Tom."],
        found: &[(Attribute, "left-handed", "right-handed")],
    },
    Case {
        says: "an age is not that of canon",
        canon: &[
            "character Nan Garrow: Nan Garrow is the tide clerk of Sallow, twenty-six years old and new to the post.",
        ],
        pages: &[
            "Nan was thirty-one years old.",
            "Nan Garrow, twenty-six, sat down. The wine was nine years old.",
        ],
        found: &[(Attribute, "twenty-six years old", "thirty-one")],
    },
    Case {
        says: "ages grow from page to page",
        canon: &[],
        pages: &["Then Nan came. Nan was twelve years old.", "Nan was thirteen, and tall."],
        found: &[],
    },
    Case {
        says: "brothers are counted",
        canon: &["character Ida: Ida has three brothers."],
        pages: &["Ida had two brothers and a dog.", "Ida’s three brothers came in."],
        found: &[(Attribute, "three brothers", "two brothers")],
    },
    Case {
        says: "an only child has no sisters",
        canon: &["character Ida: She is an only child."],
        pages: &["Ida’s two sisters came in."],
        found: &[(Attribute, "only child", "two sisters")],
    },
    Case {
        says: "older and younger brothers are counted apart",
        canon: &[],
        pages: &[
            "Then Ida came. Ida had two older brothers.",
            "Ida had one younger brother.",
            "Ida had three minutes.",
        ],
        found: &[],
    },
    Case {
        says: "a place has a settled number of things",
        canon: &["place Sallow: It has three hundred people, one street, and forty posts."],
        pages: &["Sallow had four hundred people.", "Sallow had forty posts and two visitors."],
        found: &[(Attribute, "three hundred people", "four hundred")],
    },
    Case {
        says: "a sister becomes a cousin",
        canon: &["character Ida: Ida is Mara’s sister.", "character Mara Vell: Tall."],
        pages: &["Mara’s cousin Ida came in."],
        found: &[(Attribute, "sister", "cousin")],
    },
    Case {
        says: "a relation is the same from the other side",
        canon: &["character Ida: Ida is the daughter of Mara.", "character Mara Vell: Tall."],
        pages: &["Ida’s mother, Mara, came in.", "Mara was Ida’s mother."],
        found: &[],
    },
    Case {
        says: "one has one mother",
        canon: &["character Ida: Her mother Ruth is old.", "character Ruth: Old.", "character Anna: Young."],
        pages: &["Ida’s mother, Anna, came in."],
        found: &[(Attribute, "Ruth", "Anna")],
    },
    Case {
        says: "in-laws, stepmothers and clergy are something else",
        canon: &["character Ida: Her mother Ruth is old.", "character Ruth: Old.", "character Anna: Young."],
        pages: &[
            "Ida’s mother-in-law, Anna, came in.",
            "Ida’s step-mother, Anna.",
            "Ida’s Mother Anna.",
            "Ida loved Anna like a mother.",
        ],
        found: &[],
    },
    // Deaths.
    Case {
        says: "the dead speak",
        canon: &[],
        pages: &["Then Tom came. In the night Tom Hale died.", "They waited.", "“Good morning,” said Tom."],
        found: &[(Death, "died", "said Tom")],
    },
    Case {
        says: "canon knows who is dead",
        canon: &["character Ansel Crewe: Ansel died three years before."],
        pages: &["Ansel opened the door."],
        found: &[(Death, "died", "opened")],
    },
    Case {
        says: "canon tells how the book ends",
        canon: &["character Tom Hale: Old. Tom Hale died on 10 August.", "character Ida: Ida is dead."],
        pages: &[
            "“Come,” said Tom.",
            "Tom opened the door.",
            "Ida laughed.",
            "Ida ran.",
            "Ida sat.",
            "Ida rose.",
            "Ida nodded.",
            "Ida left.",
            "Then Tom Hale died.",
            "It rained.",
        ],
        found: &[],
    },
    Case {
        says: "what canon tells of the end holds from the page that tells it",
        canon: &["character Tom Hale: Tom Hale died on 10 August."],
        pages: &["“Come,” said Tom.", "Then Tom Hale died.", "It rained.", "Tom opened the door."],
        found: &[(Death, "died", "opened")],
    },
    Case {
        says: "the buried walk",
        canon: &[],
        pages: &[
            "And Old Tom was buried on a Monday. It rained on Tom’s grave.",
            "By noon Tom walked down to the slip.",
        ],
        found: &[(Death, "buried", "walked")],
    },
    Case {
        says: "the dead are remembered, dreamed of, and haunt",
        canon: &[],
        pages: &[
            "Then Tom came. Tom died that night.",
            "She remembered the day. Tom laughed then.",
            "In the dream Tom opened the door.",
            "The ghost of him was there. Tom stood by the bed.",
            "Ten years earlier, on the pier.\n\nRain.\n\nRain.\n\nTom said nothing.",
            "Tom had said so, once.",
            "“Tom said so,” she said.",
        ],
        found: &[],
    },
    Case {
        says: "nobody is dead by supposing, fearing or denying it",
        canon: &["character Ansel: Nobody on Sallow says that Ansel is dead."],
        pages: &[
            "He thought that Ansel was dead. If Ansel died, what then? Ansel was not dead.",
            "Ansel was dead tired. Ansel nearly died.",
            "“Ansel is dead,” she lied.",
            "Ansel opened the door.",
        ],
        found: &[],
    },
    Case {
        says: "who comes back was not dead",
        canon: &[],
        pages: &["Then Tom came. Tom died that night.", "But Tom was alive.", "Tom smiled."],
        found: &[],
    },
    Case {
        says: "a namesake’s funeral is another’s",
        canon: &["character Tom Hale: Young.", "character Will Hale: Old."],
        pages: &["Will Hale died in the spring.", "Tom Hale walked to the church. Hale nodded."],
        found: &[],
    },
    // Timeline.
    Case {
        says: "a weekday that was another",
        canon: &[],
        pages: &["It was Monday, 3 May 1893, and it rained.", "On Wednesday, 3 May 1893, it cleared."],
        found: &[(Timeline, "3 May 1893", "Monday")],
    },
    Case {
        says: "weekdays of one chapter agree",
        canon: &[],
        pages: &[
            "On Monday, May 3, they left.",
            "+On Thursday, May 6, they came.",
            "+On Friday, May 8, they slept.",
        ],
        found: &[(Timeline, "Monday, May 3", "Friday, May 8")],
    },
    Case {
        says: "an event is dated otherwise than in the timeline",
        canon: &["timeline Dates: On the first of June Nan came to Sallow.", "character Nan: Young."],
        pages: &["Nan came to Sallow on the third of June.", "On the first of June, Nan came to Sallow."],
        found: &[(Timeline, "first of June", "third of June")],
    },
    Case {
        says: "years of an event differ",
        canon: &["timeline Dates: - 1918: The harbour war ended at Marrick.\n- 1921: The bell was hung."],
        pages: &["The harbour war had ended at Marrick in 1919."],
        found: &[(Timeline, "1918", "1919")],
    },
    Case {
        says: "another event has another date",
        canon: &["timeline Dates: On the first of June Nan came to Sallow.", "character Nan: Young."],
        pages: &["Nan left Sallow on the third of June.", "On the fourth of June Ida came to Sallow."],
        found: &[],
    },
    Case {
        says: "a journal goes back in time",
        canon: &[],
        pages: &[
            "5 May. Rain all day, and nobody came to the door.\n\n3 May. Rain again, and the boats stayed in.",
        ],
        found: &[(Timeline, "5 May", "3 May")],
    },
    Case {
        says: "a new year, another letter, another chapter",
        canon: &[],
        pages: &[
            "28 December. Rain all day.\n\n2 January. Rain again.",
            "5 May. Rain all day.\n\nLETTER FROM IDA TO MARA\n\n3 May. Dear Mara, it rains.",
            "3 May. Rain all day.\n\n5 May. It cleared.",
            "1 May. Rain.",
            "_9 May._—Rain all day.\n\n_Ida’s Diary._\n\n_3 May._—It rained.",
            "9 May. Rain all day.\n\n“3 May. Dear Mara, it rains.”",
        ],
        found: &[],
    },
    Case {
        says: "an age does not fit to the birth",
        canon: &["character Mara Vell: Mara was born in 1865."],
        pages: &["In 1890 Mara was thirty years old.", "In 1890 Mara was twenty-five years old."],
        found: &[(Timeline, "born in 1865", "thirty")],
    },
    Case {
        says: "an age on a dated page",
        canon: &["character Mara Vell: Born on 3 May 1865."],
        pages: &["4 May 1895. Rain. Mara was twenty years old.", "4 May 1895. Rain. Mara was thirty."],
        found: &[(Timeline, "1865", "twenty")],
    },
    // Nothing.
    Case {
        says: "a page of plain prose",
        canon: &[
            "character Nan Garrow: Nan Garrow is the tide clerk of Sallow, twenty-six years old.",
            "character Tobiah Lunt: Tobiah Lunt is the carter.",
        ],
        pages: &[
            "Nan counted the posts. There were forty, and the ninth leaned. Tobiah Lunt said nothing before noon.\n\n“You’ll be the new clerk,” he said. “You’re young.”\n\n“I am twenty-six,” said Nan.",
            "The tide was dead low. Nan’s good coat was wet. In May it had been dry. Lunt’s grey mare looked at her with brown eyes.",
        ],
        found: &[],
    },
];
