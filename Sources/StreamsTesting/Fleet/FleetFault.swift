/// What can befall a simulated fleet. Each seed switches some of them off (swarm testing), so that
/// rare combinations come up and common faults do not hide rare ones.
package enum FleetFault: String, CaseIterable, Sendable {
    /// Processes die within whatever they do, and are started again.
    case kill
    /// Processes are asked to stop, and are started again.
    case restart
    /// Those that are started again have lost their disk.
    case disk
    /// Processes stand still for up to 25 s, heartbeats too.
    case pause
    /// Processes take long for everything; heartbeats go on.
    case slow
    /// A process loses the network, both ways.
    case cut
    /// A process loses the network one way: what it asks, or what it is answered.
    case oneWay = "one-way"
    /// All lose it at once.
    case outage
    /// Single requests, or their answers, get lost.
    case lost
    /// Requests that got lost come after all, up to 20 s later.
    case late
    /// The markers of a transaction come up to 8 s late, each in its own time.
    case markers
    /// Fetches stall.
    case fetch
    /// Records are delivered, and ticks written, again.
    case duplicates
    /// Changelogs are compacted while they are read.
    case compaction
    /// A second process takes the name of one that lives.
    case twins
    /// Calls of the clients fail by themselves.
    case errors

    /// What a list such as `kill,late` names; `nil` when it names something else.
    package static func list(_ text: String) -> Set<FleetFault>? {
        var faults: Set<FleetFault> = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let fault = FleetFault(rawValue: String(word)) else { return nil }
            faults.insert(fault)
        }
        return faults
    }
}
