using System.Collections.Concurrent;

namespace PoshAcmeSharp.Dns;

/// <summary>Collects what is found about one name.</summary>
internal sealed class DnsFindings
{
    private readonly ConcurrentQueue<DnsFinding> _all = new();

    /// <summary>All of them, the worst first, each once.</summary>
    public IReadOnlyList<DnsFinding> ToList() => [.. _all.Distinct().OrderByDescending(static finding => finding.Severity)];

    public void Error(string id, string message, string advice) => _all.Enqueue(new(DnsFindingSeverity.Error, id, message, advice));

    public void Error(PoshAcmeException error) => Error(error.ErrorId, error.Message, error.RecommendedAction ?? string.Empty);

    public void Warning(string id, string message, string advice) => _all.Enqueue(new(DnsFindingSeverity.Warning, id, message, advice));

    public void Info(string id, string message, string advice) => _all.Enqueue(new(DnsFindingSeverity.Info, id, message, advice));
}
