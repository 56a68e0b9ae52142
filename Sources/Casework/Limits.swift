/// What a household's state may hold, so that nobody can make it grow without end.
package enum Limits {
    /// Action ids remembered against replays: a client repeats within hours, and an officer sends
    /// a handful a day.
    package static let seenActions = 256
    /// Answers told with a case: more than a case of a year gathers.
    package static let answers = 64
    /// Documents of one delivery.
    package static let evidence = 32
    /// Superseded alerts kept without a case: more than there are rules.
    package static let waitingAlerts = 128
}
