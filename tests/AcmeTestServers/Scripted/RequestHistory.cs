using System.Diagnostics;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>All requests that came, and how far they ran beside each other.</summary>
public sealed class RequestHistory
{
    private readonly Lock gate = new();
    private readonly List<AcmeRequest> requests = [];
    private int running;

    /// <summary>All requests, the oldest first.</summary>
    public IReadOnlyList<AcmeRequest> All
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The largest number of requests that were under way at once.</summary>
    public int MaxConcurrentRequests { get; private set; }

    /// <summary>
    /// The largest number of requests of which each started after the one before was answered:
    /// how many round trips the client waited for, one after the other.
    /// </summary>
    public int SequentialDepth
    {
        get
        {
            var (depth, end) = (0, long.MinValue);
            foreach (var request in All.OrderBy(r => r.Ended))
            {
                if (request.Started >= end)
                {
                    (depth, end) = (depth + 1, request.Ended);
                }
            }

            return depth;
        }
    }

    /// <summary>The requests for one kind of resource, the oldest first.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <returns>The requests.</returns>
    public IReadOnlyList<AcmeRequest> Of(AcmeOperation operation) => [.. All.Where(r => r.Operation == operation)];

    internal void Start(AcmeRequest request)
    {
        lock (gate)
        {
            requests.Add(request);
            request.Number = requests.Count;
            MaxConcurrentRequests = Math.Max(MaxConcurrentRequests, ++running);
        }
    }

    /// <summary>Notes the end of a request; only the first call for it counts.</summary>
    internal void End(AcmeRequest request)
    {
        lock (gate)
        {
            if (request.Ended == long.MaxValue)
            {
                request.Ended = Stopwatch.GetTimestamp();
                running--;
            }
        }
    }
}
