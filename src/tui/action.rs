//! Everything a key or the palette can ask for.

/// Where a key is pressed. A screen hands the keymap the scopes that are in force, innermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere but where one types.
    Global,
    /// Anything with rows.
    List,
    /// The screen of books.
    Library,
    /// The screen of chapters and pages.
    Board,
    /// The screen of what waits.
    Inbox,
    /// The screen one works on a page in.
    Desk,
    /// The focused review pane: the only place where a key decides.
    Gate,
    /// Changes or suggestions that are shown to be taken or refused.
    Changes,
    /// A passage that is being selected.
    Select,
    /// The screen of revisions.
    History,
    /// The screen of runs and attempts.
    Runs,
    /// The screen of a run about a text or a book.
    Run,
    /// What such a run made, in the focused pane: there too a key decides.
    RunGate,
    /// The screen of what a check of a book found, and of its gate: there too a key decides.
    Coherence,
    /// The screen of settings.
    Settings,
    /// The screen of canon.
    Canon,
    /// What an import of canon would change.
    Import,
    /// The pages that were written from what has changed since.
    Stale,
    /// Of what kind the unclear entries of an import are.
    Kinds,
    /// What an agent is given for a page.
    Context,
    /// What the author's edits of a page taught.
    Lessons,
    /// The screen of prompt templates.
    Prompts,
    /// Anything with a text to read.
    Reader,
    /// A text area that has the focus.
    Editor,
    /// A question, a form, the palette.
    Dialog,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 25] = [
        Self::Global,
        Self::List,
        Self::Library,
        Self::Board,
        Self::Inbox,
        Self::Desk,
        Self::Gate,
        Self::Changes,
        Self::Select,
        Self::History,
        Self::Runs,
        Self::Run,
        Self::RunGate,
        Self::Coherence,
        Self::Settings,
        Self::Canon,
        Self::Import,
        Self::Stale,
        Self::Kinds,
        Self::Context,
        Self::Lessons,
        Self::Prompts,
        Self::Reader,
        Self::Editor,
        Self::Dialog,
    ];

    /// The scopes that are ever in force together, innermost first. Within one of these no key may be bound twice.
    pub const STACKS: [&'static [Self]; 30] = [
        &[Self::Library, Self::List, Self::Global],
        &[Self::Board, Self::List, Self::Global],
        &[Self::Inbox, Self::List, Self::Global],
        &[Self::Desk, Self::List, Self::Global],
        &[Self::Desk, Self::Reader, Self::Global],
        &[Self::Gate, Self::Desk, Self::Reader, Self::Global],
        &[Self::Changes, Self::Gate, Self::Desk, Self::Reader, Self::Global],
        &[Self::Select, Self::Global],
        &[Self::History, Self::Reader, Self::Global],
        &[Self::Changes, Self::History, Self::Reader, Self::Global],
        &[Self::Runs, Self::List, Self::Global],
        &[Self::Runs, Self::Reader, Self::Global],
        &[Self::Run, Self::List, Self::Global],
        &[Self::Run, Self::Reader, Self::Global],
        &[Self::RunGate, Self::Run, Self::Reader, Self::Global],
        &[Self::Coherence, Self::Reader, Self::Global],
        &[Self::Changes, Self::RunGate, Self::Run, Self::Reader, Self::Global],
        &[Self::Settings, Self::List, Self::Global],
        &[Self::Canon, Self::Reader, Self::Global],
        &[Self::Import, Self::List, Self::Global],
        &[Self::Kinds, Self::List, Self::Global],
        &[Self::Stale, Self::List, Self::Global],
        &[Self::Context, Self::List, Self::Global],
        &[Self::Lessons, Self::List, Self::Global],
        &[Self::Prompts, Self::Reader, Self::Global],
        &[Self::Context, Self::Reader, Self::Global],
        &[Self::Reader, Self::Global],
        &[Self::List, Self::Global],
        &[Self::Editor],
        &[Self::Dialog],
    ];

    /// Its name in a keymap, and over its part of the help.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Library => "library",
            Self::Board => "board",
            Self::Inbox => "inbox",
            Self::Desk => "desk",
            Self::Gate => "gate",
            Self::Changes => "changes",
            Self::Select => "select",
            Self::History => "history",
            Self::Runs => "runs",
            Self::Run => "run",
            Self::RunGate => "run-gate",
            Self::Coherence => "coherence",
            Self::Settings => "settings",
            Self::Canon => "canon",
            Self::Import => "import",
            Self::Kinds => "kinds",
            Self::Stale => "stale",
            Self::Context => "context",
            Self::Lessons => "lessons",
            Self::Prompts => "prompts",
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Dialog => "dialog",
        }
    }

    /// Whether a key decides there.
    #[must_use]
    pub fn reviews(self) -> bool {
        matches!(self, Self::Gate | Self::RunGate | Self::Coherence)
    }

    /// The scope of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

macro_rules! actions {
    ($($action:ident $name:literal $label:literal $about:literal,)+) => {
        /// What a key or the palette asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $(#[doc = $about] $action,)+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action,)+];

            /// Its name in a keymap.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$action => $name,)+ }
            }

            /// One or two words, for the footer.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$action => $label,)+ }
            }

            /// What it does, for the help and the palette.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$action => $about,)+ }
            }
        }
    };
}

actions! {
    Help "help" "help" "Show every key that works here",
    Palette "palette" "palette" "Find any action or page by name",
    Close "close" "close" "Close what is open; never decides",
    Quit "quit" "quit" "Leave; twice if work is going on, which resumes next time",
    Suspend "suspend" "suspend" "Go back to the shell until called again",
    Redraw "redraw" "redraw" "Draw the whole screen again",
    NextPane "next-pane" "next pane" "Go to the next pane",
    PreviousPane "previous-pane" "previous pane" "Go to the pane before",
    NextWaiting "next-waiting" "next waiting" "Go to the next gate that waits for you",
    PauseAgents "pause-agents" "pause agents" "Let no agent begin anything new, or go on",
    Library "library" "library" "Go to the books",
    Board "board" "board" "Go to the chapters and pages of this book",
    Inbox "inbox" "inbox" "Go to everything that waits for you",
    Desk "desk" "desk" "Go to the desk, where a page is worked on",
    History "history" "history" "Go to the revisions of this page",
    Runs "runs" "runs" "Go to the runs, their attempts and costs",
    Settings "settings" "settings" "Go to the settings",
    Canon "canon" "canon" "Go to the canon of this book",
    Prompts "prompts" "prompts" "Go to the templates that the agents' messages are rendered from",
    StartWorkflow "start-workflow" "workflow" "Start a workflow about a page, a chapter, the book or a file",
    Publish "publish" "publish" "Check the coherence of the book, and write it to files; what would be written is shown first",
    Log "log" "log" "Read again what the studio said",

    Down "down" "down" "One row or line down",
    Up "up" "up" "One row or line up",
    Left "left" "fold" "Fold this branch, or go to what it belongs to",
    Right "right" "unfold" "Unfold this branch, or go into it",
    Top "top" "top" "To the first row or line",
    Bottom "bottom" "bottom" "To the last row or line; a text being written is followed from there",
    HalfDown "half-down" "half down" "Half a screen down",
    HalfUp "half-up" "half up" "Half a screen up",
    PageDown "page-down" "page down" "A screen down",
    PageUp "page-up" "page up" "A screen up",
    Search "search" "search" "Search in this list or text",
    SearchNext "search-next" "next hit" "To the next hit of the search",
    SearchPrevious "search-previous" "previous hit" "To the hit before",
    Open "open" "open" "Open the chosen row",
    Back "back" "back" "Go back to where you came from",
    CycleDiff "cycle-diff" "clean/changes" "Show the text clean, with its changes inline, or beside the text before",
    NextChange "next-change" "next change" "To the next change",
    PreviousChange "previous-change" "previous change" "To the change before",

    TakeChange "take-change" "take" "Take this change or suggestion; of a change, once more takes that back",
    RefuseChange "refuse-change" "refuse" "Refuse this change or suggestion; of a change, once more takes that back",
    TakeRest "take-rest" "take rest" "Take every change that is undecided",
    RefuseRest "refuse-rest" "refuse rest" "Refuse every change that is undecided",
    SplitChange "split-change" "split" "Split this change into smaller ones",
    WordChange "word-change" "own words" "Put this change in your own words",
    ShowResult "show-result" "result" "Show the text that your choices make, or the changes again",
    KeepChoices "keep-choices" "keep" "Keep what your choices make as a new revision; it is shown first",
    SelectPassage "select-passage" "passage" "Select a passage; once more, and it grows as you move",
    MarkPassage "mark-passage" "say" "Say what is wrong with just this passage",
    LockPassage "lock-passage" "lock" "Lock this passage: nobody changes it from then on",
    UnlockPassage "unlock-passage" "locks" "Unlock a passage of this page",
    DropPassage "drop-passage" "drop passage" "Take a passage off the list that is sent back",
    RefuseUnasked "refuse-unasked" "refuse unasked" "Refuse what was changed outside the passages you spoke of",
    NextWord "next-word" "next word" "To the next word",
    PreviousWord "previous-word" "word before" "To the word before",
    NextSentence "next-sentence" "next sentence" "To the next sentence",
    PreviousSentence "prev-sentence" "sentence before" "To the sentence before",
    NextParagraph "next-paragraph" "next paragraph" "To the next paragraph",
    PreviousParagraph "prev-paragraph" "paragraph before" "To the paragraph before",

    Approve "approve" "approve" "Approve the revision shown",
    Revise "revise" "revise" "Send it back with feedback",
    EditThenAccept "edit" "edit" "Edit the text by hand; saving accepts it",
    SetAside "set-aside" "set aside" "Leave this gate for later, or take it up again",
    TakeUp "take-up" "take up" "Take this gate up again",
    Undo "undo" "undo" "Take back the last decision on this page",
    Redo "redo" "redo" "Decide again what was taken back",
    Again "again" "again" "Have it written again, without feedback",
    Retry "retry" "retry" "Try again what failed",
    StillFine "still-fine" "still fine" "Keep the page as it is, though something that it was written from has changed",
    AskAnew "ask-anew" "ask anew" "Have a stale page written anew; approvals of it are taken back first",
    ShowStale "show-stale" "stale" "List the pages that were written from what has changed since",
    KeepPage "keep-page" "still fine" "Keep the chosen page as it is",
    KeepAll "keep-all" "all still fine" "Keep all of them as they are",
    RenewPage "renew-page" "ask anew" "Have the chosen page written anew; approvals of it are taken back first",
    WriteByHand "write-by-hand" "write it" "Write this step yourself",
    ChangeModel "change-model" "model" "Choose another model",
    SkipDialogue "skip-dialogue" "skip dialogue" "Let this page have no dialogue",
    CancelAttempt "cancel-attempt" "cancel" "Stop what is being written now; what has come is kept",
    RaiseLimit "raise-limit" "raise limit" "Allow more revision requests for this page",
    Override "override" "override" "Pass a gate whose rule says no, for a reason that is kept",
    Waive "waive" "waive once" "Let this finding stand in this run, for a reason that is kept",
    WaiveForGood "waive-for-good" "waive for good" "Let this finding stand in this book from now on, for a reason that is kept",
    RevisePassage "revise-passage" "revise it" "Send the page back with feedback on exactly this passage",
    ShowCoherence "coherence" "coherence" "Go to what the check of the book found, passage beside passage",
    ShowRun "show-run" "run" "Go to the run: its steps, its results and what was said",
    StopLoop "stop-loop" "stop" "End the loop that goes on: the best version stands",
    SkipStep "skip-step" "go without" "Go on without this step",
    SetParameter "set-parameter" "parameter" "Change a parameter while the run goes on",
    SitOrRun "sit-or-run" "sit/let run" "Be asked at every result from now on, or let it run",
    WriteVersion "write-version" "to a file" "Write the version that is shown into a file, or the best one",
    TakeVersion "take-version" "to the page" "Make the version that is shown the page's narration, or the best one",
    RestoreRevision "restore-revision" "restore" "Make this revision the newest, as a new one",

    NewBook "new-book" "new book" "Begin a book",
    NewChapter "new-chapter" "new chapter" "Begin a chapter",
    NewPage "new-page" "new page" "Add a page at the end of this chapter",
    InsertPage "insert-page" "insert page" "Insert a page before this one",
    EditBeat "edit-beat" "beat" "Say what happens on this page",
    PastePages "paste-pages" "paste pages" "Make several pages of several beats at once",
    Rename "rename" "rename" "Give it another name",
    MoveUp "move-up" "move up" "Move it before the one above",
    MoveDown "move-down" "move down" "Move it after the one below",
    Trash "trash" "trash" "Put it into the trash, from which it can come back",
    BringBack "bring-back" "bring back" "Bring it back from the trash",
    ShowTrash "show-trash" "trash" "Show what is in the trash, or hide it",
    ReadChapter "read-chapter" "read chapter" "Read the chapter through as one text",
    ExportChapter "export-chapter" "export" "Write the approved pages of the chapter to a Markdown file",
    ShowContext "context" "context" "Show what an agent is given for this page, and why",
    PeekCanon "peek-canon" "canon" "Look at the canon that this page names",
    ShowPrompt "show-prompt" "prompt" "Read the messages as they are sent, or the list of parts again",
    ThenOrNow "then-or-now" "then/now" "Go from what would be given now to what the text was made from, and back",
    Pin "pin" "pin" "Give this page an entry by hand, or no longer",
    ShowLessons "lessons" "taught" "Go through what your edits of this page taught, one by one",
    AcceptLesson "accept-lesson" "take it" "Take what an edit taught into the canon",
    RewordLesson "reword-lesson" "in my words" "Take it into the canon in words of yours",
    RefuseLesson "refuse-lesson" "do without" "Do without what an edit taught",
    ShowOrigin "show-origin" "origin" "Go to the page and the revision that this version came from",
    NewEntry "new-entry" "new entry" "Write a canon entry",
    EditEntry "edit-entry" "edit" "Edit this canon entry: what it says, when it is given, where it holds",
    ImportCanon "import-canon" "import" "Take canon in from Markdown files; what would change is shown first",
    Overwrite "overwrite" "file wins" "Where file and studio both changed an entry: let the file win, or not",
    KindCharacter "kind-character" "character" "Take it in as a character",
    KindPlace "kind-place" "place" "Take it in as a place",
    KindWorld "kind-world" "world" "Take it in as how the world works",
    KindStyle "kind-style" "style" "Take it in as a note on style",
    KindTimeline "kind-timeline" "timeline" "Take it in as what happened when",
    KindRule "kind-rule" "rule" "Take it in as a rule",
    KindOther "kind-other" "other" "Take it in as anything else",
    EditPrompt "edit-prompt" "edit" "Edit this template for this book",
    EditForAll "edit-for-all" "edit for all" "Edit this template for all books, in a file of yours",
    DropPrompt "drop-prompt" "go back" "Go back to the template below: yours for all books, or the one that is shipped",
    SetBudget "set-budget" "budget" "Set what may be spent",
    ChooseTheme "choose-theme" "theme" "Choose how the studio looks",
    Doctor "doctor" "doctor" "Check the store and its paths",

    Submit "submit" "save" "Save what was typed",
    ExternalEditor "external-editor" "$EDITOR" "Write in your own editor",
    UndoTyping "undo-typing" "undo" "Take back what was typed",
    RedoTyping "redo-typing" "redo" "Type again what was taken back",
    SelectAll "select-all" "select all" "Select the whole text; Shift with a key that moves selects as it goes",
    CopyText "copy-text" "copy" "Keep what is selected, to put it elsewhere",
    CutText "cut-text" "cut" "Take out what is selected, to put it elsewhere",
    PutText "put-text" "put" "Put in what was cut or copied last, or deleted by word or line",
    Accept "accept" "ok" "Take the chosen answer",
    NextField "next-field" "next" "To the next field or answer",
    PreviousField "previous-field" "previous" "To the field or answer before",
}

impl Action {
    /// The actions without a key of their own, which the palette offers.
    pub const PALETTE_ONLY: &'static [Self] = &[Self::Doctor];

    /// The action of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }

    /// Whether it says something at a gate. Such an action is bound where one reviews and nowhere else.
    #[must_use]
    pub fn decides(self) -> bool {
        matches!(
            self,
            Self::Approve
                | Self::Revise
                | Self::EditThenAccept
                | Self::SetAside
                | Self::Undo
                | Self::Redo
                | Self::Again
                | Self::StillFine
                | Self::AskAnew
                | Self::WriteByHand
                | Self::RefuseUnasked
                | Self::Override
                | Self::Waive
                | Self::WaiveForGood
                | Self::RevisePassage
                | Self::StopLoop
        )
    }

    /// Whether everyone knows it, so that a footer need not spend its width on it.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self.moves()
            || matches!(
                self,
                Self::Redraw
                    | Self::Suspend
                    | Self::NextPane
                    | Self::PreviousPane
                    | Self::SearchNext
                    | Self::SearchPrevious
                    | Self::PreviousChange
                    | Self::PreviousWord
                    | Self::PreviousSentence
                    | Self::PreviousParagraph
                    | Self::PreviousField
                    | Self::UndoTyping
                    | Self::RedoTyping
                    | Self::SelectAll
                    | Self::CopyText
                    | Self::CutText
                    | Self::PutText
            )
    }

    /// Whether it only moves within a pane.
    #[must_use]
    pub fn moves(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::Left
                | Self::Right
                | Self::Top
                | Self::Bottom
                | Self::HalfDown
                | Self::HalfUp
                | Self::PageDown
                | Self::PageUp
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(*action));
            assert!(!action.about().is_empty() && action.label().len() <= 16);
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::named(scope.name()), Some(scope));
            assert!(Scope::STACKS.iter().any(|stack| stack.contains(&scope)));
        }
    }
}
