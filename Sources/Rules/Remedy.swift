package import Households

/// A change that would end an open alert, and when. Found by making the change and asking the rule
/// again, so it is certain as long as nothing else comes to be known; of a change with an amount it
/// is the least: one fen less would not do.
package struct Remedy: Sendable, Equatable {
    /// What would have to change.
    package enum Change: Sendable, Equatable {
        /// Nothing: time alone ends it.
        case time
        /// Records like these, as of today.
        case records([FactKind])
        /// So much more income of the twelve months that count, fen.
        case income(Int64)
        /// So much more wage in the last month shown, fen.
        case wage(Int64)
        /// So much less self-paid of the bills shown, the dearest lowered first, fen.
        case selfPaid(Int64)
        /// So much school aid today, fen.
        case aid(Int64)

        /// The word in alerts.
        package var name: String {
            switch self {
            case .time: "time"
            case .records: "records"
            case .income: "income"
            case .wage: "wage"
            case .selfPaid: "selfPaid"
            case .aid: "aid"
            }
        }

        /// The amount of the change, fen; `nil` for one without.
        package var amountFen: Int64? {
            switch self {
            case .time, .records: nil
            case .income(let fen), .wage(let fen), .selfPaid(let fen), .aid(let fen): fen
            }
        }

        /// The same with another amount.
        func with(_ fen: Int64) -> Change {
            switch self {
            case .time, .records: self
            case .income: .income(fen)
            case .wage: .wage(fen)
            case .selfPaid: .selfPaid(fen)
            case .aid: .aid(fen)
            }
        }
    }

    package let change: Change
    /// Days from today until the alert ends, with the change made today and nothing else.
    package let days: Int
}
