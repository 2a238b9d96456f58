using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>What is answered to http-01 requests (RFC 8555 section 8.3). Safe for use from several threads at once.</summary>
internal sealed class ChallengeAnswers
{
    public const string PathPrefix = "/.well-known/acme-challenge/";

    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);

    public bool IsEmpty => _answers.IsEmpty;

    public void Add(HttpChallengeResponse response) => _answers[response.Token] = response.KeyAuthorization;

    public void Remove(HttpChallengeResponse response) => _answers.TryRemove(response.Token, out _);

    public void Clear() => _answers.Clear();

    /// <summary>The answer to a request, or null: then it is to be told that nothing is there.</summary>
    public string? Find(string method, string path)
        => method is "GET" or "HEAD"
            && path.StartsWith(PathPrefix, StringComparison.Ordinal)
            && _answers.TryGetValue(path.Substring(PathPrefix.Length), out var answer)
            ? answer
            : null;
}
