namespace PoshAcmeSharp.Profile;

/// <summary>
/// What is remembered about a certificate in one place where it is used, such as a server. No code and no secret is in it.
/// </summary>
/// <param name="Kind">What kind of place, such as <c>Exchange</c>.</param>
/// <param name="Target">Which one: the name of a server, a site, a connector. There is one entry for a kind and target; case does not matter.</param>
/// <param name="Thumbprint">The SHA-1 hash of the certificate in upper-case hex.</param>
public sealed record StoredDeployment(string Kind, string Target, string Thumbprint)
{
    /// <summary>What was asked for beyond the certificate being there, each as a short text such as <c>service:SMTP</c>; case does not matter.</summary>
    public IReadOnlyList<string> Wishes { get; init; } = [];

    /// <summary>The names of the steps that are done.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>What a later run has to know, such as what was in use before; names and values.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether all that was asked for is done.</summary>
    public bool IsComplete { get; init; }

    /// <summary>When this was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Whether it tells that a certificate is in its place with all that is wished for.</summary>
    /// <param name="thumbprint">The certificate.</param>
    /// <param name="wishes">What is wished for; more may have been done.</param>
    /// <returns>True when nothing is left to do.</returns>
    public bool Covers(string thumbprint, IEnumerable<string> wishes)
        => IsComplete
            && string.Equals(Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase)
            && wishes.All(wish => Wishes.Contains(wish, StringComparer.OrdinalIgnoreCase));

    internal bool IsAbout(string kind, string target)
        => string.Equals(Kind, kind, StringComparison.OrdinalIgnoreCase) && string.Equals(Target, target, StringComparison.OrdinalIgnoreCase);
}
