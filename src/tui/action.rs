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
    Palette "palette" "palette" "Find any command or page by name",
    Close "close" "close" "Close what is open; never decides",
    Quit "quit" "quit" "Quit; press twice while agents work: they resume next time",
    Suspend "suspend" "suspend" "Suspend; `fg` resumes",
    Redraw "redraw" "redraw" "Redraw the whole screen",
    NextPane "next-pane" "next pane" "Go to the next pane",
    PreviousPane "previous-pane" "previous pane" "Go to the pane before",
    NextWaiting "next-waiting" "next waiting" "Go to the next gate that waits for you",
    PauseAgents "pause-agents" "pause agents" "Pause or resume agents",
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
    Log "log" "log" "Messages of this session",

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
    LockPassage "lock-passage" "lock" "Lock this passage: no agent may change it",
    UnlockPassage "unlock-passage" "locks" "Unlock a passage of this page",
    DropPassage "drop-passage" "drop passage" "Remove a passage from the list that is sent back",
    RefuseUnasked "refuse-unasked" "refuse extra" "Refuse the changes outside the passages you sent back",
    NextWord "next-word" "next word" "To the next word",
    PreviousWord "previous-word" "word before" "To the word before",
    NextSentence "next-sentence" "next sentence" "To the next sentence",
    PreviousSentence "prev-sentence" "sentence before" "To the sentence before",
    NextParagraph "next-paragraph" "next paragraph" "To the next paragraph",
    PreviousParagraph "prev-paragraph" "paragraph before" "To the paragraph before",

    Approve "approve" "approve" "Approve the revision shown",
    Revise "revise" "revise" "Send it back with feedback",
    EditThenAccept "edit" "edit" "Edit the text by hand; saving accepts it",
    SetAside "set-aside" "defer" "Defer this gate, or resume it",
    TakeUp "take-up" "resume" "Resume this deferred gate",
    Undo "undo" "undo" "Undo the last decision on this page",
    Redo "redo" "redo" "Redo the decision that was undone last",
    Again "again" "again" "Regenerate it without feedback",
    Retry "retry" "retry" "Retry what failed",
    StillFine "still-fine" "keep" "Keep a stale page as it is: mark it as up to date",
    AskAnew "ask-anew" "regenerate" "Regenerate a stale page; its approvals are undone first",
    ShowStale "show-stale" "stale" "Stale pages: what they were written from has changed",
    KeepPage "keep-page" "keep" "Keep the chosen page: mark it as up to date",
    KeepAll "keep-all" "keep all" "Keep all of them: mark them as up to date",
    RenewPage "renew-page" "regenerate" "Regenerate the chosen page; its approvals are undone first",
    WriteByHand "write-by-hand" "write it" "Write this step yourself",
    ChangeModel "change-model" "model" "Choose another model",
    SkipDialogue "skip-dialogue" "skip dialogue" "Skip the dialogue of this page",
    CancelAttempt "cancel-attempt" "cancel" "Cancel the current attempt; the partial text is kept",
    RaiseLimit "raise-limit" "raise limit" "Allow more revision requests for this page",
    Override "override" "override" "Pass a gate whose rule fails, with a reason that is kept",
    Waive "waive" "waive once" "Accept this finding in this run, with a reason that is kept",
    WaiveForGood "waive-for-good" "waive for good" "Accept this finding in this book from now on, with a reason that is kept",
    RevisePassage "revise-passage" "revise it" "Send the page back with feedback on exactly this passage",
    ShowCoherence "coherence" "coherence" "Open the coherence report",
    ShowRun "show-run" "run" "Open the run: its steps, results and decisions",
    StopLoop "stop-loop" "stop" "End the loop; the best version is kept",
    SkipStep "skip-step" "go without" "Go on without this step",
    SetParameter "set-parameter" "parameter" "Change a parameter of the running workflow",
    SitOrRun "sit-or-run" "interactive" "Interactive: stop at every result for you; or unattended",
    WriteVersion "write-version" "to a file" "Write the shown version (or the best one) to a file",
    TakeVersion "take-version" "to the page" "Use the shown version (or the best one) as the page's narration",
    RestoreRevision "restore-revision" "restore" "Restore this revision as a new one",

    NewBook "new-book" "new book" "Begin a book",
    NewChapter "new-chapter" "new chapter" "Begin a chapter",
    NewPage "new-page" "new page" "Add a page at the end of this chapter",
    InsertPage "insert-page" "insert page" "Insert a page before this one",
    EditBeat "edit-beat" "beat" "Say what happens on this page",
    PastePages "paste-pages" "paste pages" "Make several pages from several beats at once",
    Rename "rename" "rename" "Give it another name",
    MoveUp "move-up" "move up" "Move it before the one above",
    MoveDown "move-down" "move down" "Move it after the one below",
    Trash "trash" "trash" "Move it to the trash; it can be restored",
    BringBack "bring-back" "untrash" "Restore it from the trash",
    ShowTrash "show-trash" "trash" "Show what is in the trash, or hide it",
    ReadChapter "read-chapter" "read chapter" "Read the chapter through as one text",
    ExportChapter "export-chapter" "export" "Write the approved pages of the chapter to a Markdown file",
    ShowContext "context" "context" "Show what an agent is given for this page, and why",
    PeekCanon "peek-canon" "canon" "Look at the canon that this page names",
    ShowPrompt "show-prompt" "prompt" "Read the messages as they are sent, or the list of parts again",
    ThenOrNow "then-or-now" "then/now" "Switch between the context of now and that of this revision",
    Pin "pin" "pin" "Pin an entry to this page, or unpin it",
    ShowLessons "lessons" "suggestions" "Suggestions learned from your edits of this page",
    AcceptLesson "accept-lesson" "accept" "Add the suggestion to the canon",
    RewordLesson "reword-lesson" "in my words" "Add it to the canon in your own words",
    RefuseLesson "refuse-lesson" "dismiss" "Dismiss the suggestion",
    ShowOrigin "show-origin" "origin" "Go to the page and the revision that this version came from",
    NewEntry "new-entry" "new entry" "Write a canon entry",
    EditEntry "edit-entry" "edit" "Edit this canon entry: what it says, when it is given, where it holds",
    ImportCanon "import-canon" "import" "Import canon from Markdown files, with a preview",
    Overwrite "overwrite" "file wins" "Where file and studio both changed an entry: use the file, or keep yours",
    KindCharacter "kind-character" "character" "Import it as a character",
    KindPlace "kind-place" "place" "Import it as a place",
    KindWorld "kind-world" "world" "Import it as world knowledge",
    KindStyle "kind-style" "style" "Import it as a style note",
    KindTimeline "kind-timeline" "timeline" "Import it as a timeline entry",
    KindRule "kind-rule" "rule" "Import it as a rule",
    KindOther "kind-other" "other" "Import it as anything else",
    EditPrompt "edit-prompt" "edit" "Edit this template for this book",
    EditForAll "edit-for-all" "edit for all" "Edit this template for all books, in a file of yours",
    DropPrompt "drop-prompt" "reset" "Reset to the template below: yours for all books, or the shipped one",
    SetBudget "set-budget" "budget" "Set a spending limit",
    ChooseTheme "choose-theme" "theme" "Choose a theme",
    Doctor "doctor" "doctor" "Check the database and its paths",

    Submit "submit" "save" "Save what was typed",
    ExternalEditor "external-editor" "$EDITOR" "Write in your own editor",
    UndoTyping "undo-typing" "undo" "Undo typing",
    RedoTyping "redo-typing" "redo" "Redo typing",
    SelectAll "select-all" "select all" "Select the whole text; Shift with a moving key selects",
    CopyText "copy-text" "copy" "Copy the selection",
    CutText "cut-text" "cut" "Cut the selection",
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
