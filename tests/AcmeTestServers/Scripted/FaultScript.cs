namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>The faults that are still to be played, in the order in which they were given.</summary>
internal sealed class FaultScript
{
    private readonly Lock gate = new();
    private readonly List<Rule> rules = [];

    /// <summary>Adds a fault.</summary>
    /// <param name="match">For which requests.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="times">How often.</param>
    /// <param name="after">How many requests that match pass unharmed before.</param>
    public void Add(Func<AcmeRequest, bool> match, Fault fault, int times, int after)
    {
        lock (gate)
        {
            rules.Add(new Rule(match, fault) { Times = times, After = after });
        }
    }

    /// <summary>Takes the fault for a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The first that matches, or null.</returns>
    public Fault? Take(AcmeRequest request)
    {
        lock (gate)
        {
            foreach (var rule in rules.Where(r => r.Times > 0 && r.Match(request)))
            {
                if (rule.After > 0)
                {
                    rule.After--;
                    continue;
                }

                rule.Times--;
                return rule.Fault;
            }

            return null;
        }
    }

    /// <summary>How many were not played as often as asked for.</summary>
    public int Left
    {
        get
        {
            lock (gate)
            {
                return rules.Count(r => r.Times > 0);
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
        }
    }

    private sealed record Rule(Func<AcmeRequest, bool> Match, Fault Fault)
    {
        public int Times { get; set; }

        public int After { get; set; }
    }
}
