/// Who moves time (design, section 4, item 10).
package enum TimeMode: String, CaseIterable, Sendable {
    /// The broker's clock: feeds and actions are stamped when they arrive, so nobody can push
    /// time, and the workers write ticks.
    case wall
    /// The records' own timestamps, for history, demo and tests: nobody but the feeder ticks, and
    /// no topic forgets by time, because brokers delete old event times within minutes.
    case records
}
