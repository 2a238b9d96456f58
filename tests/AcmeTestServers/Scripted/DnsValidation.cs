using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// Checks TXT records as a strict CA does: dns-01 (RFC 8555 section 8.4), dns-account-01
/// (draft-ietf-acme-dns-account-label) and dns-persist-01 (draft-ietf-acme-dns-persist). Written without the code under
/// test, so that a common mistake shows.
/// </summary>
internal static class DnsValidation
{
    /// <summary>What is wrong, or null when the challenge is met, or is not looked up.</summary>
    public static ProblemDocument? Check(ScriptedAcmeState state, ScriptedChallenge challenge)
    {
        if (state.Options.LookUpTxt is not { } lookUp)
        {
            return null;
        }

        var account = challenge.Authorization.Account;
        var identifier = challenge.Authorization.Identifier;
        var name = identifier.IsWildcard ? identifier.Value[2..] : identifier.Value;
        return challenge.Type switch
        {
            "dns-01" => CheckDigest(lookUp, $"_acme-challenge.{name}", challenge, account),
            "dns-account-01" => CheckDigest(lookUp, $"_{AccountLabel(account.Url)}._acme-challenge.{name}", challenge, account),
            "dns-persist-01" => CheckPersistent(state, lookUp, name, identifier.IsWildcard, challenge),
            _ => null,
        };
    }

    private static ProblemDocument? CheckDigest(Func<string, IReadOnlyList<string>> lookUp, string recordName, ScriptedChallenge challenge, ScriptedAccount account)
    {
        var digest = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{challenge.Token}.{JwsVerifier.Thumbprint(account.Jwk)}")));
        var found = lookUp(recordName);
        return found.Contains(digest) ? null : Refused($"{found.Count} TXT records at {recordName}, and none is the one expected.");
    }

    private static ProblemDocument? CheckPersistent(ScriptedAcmeState state, Func<string, IReadOnlyList<string>> lookUp, string name, bool isWildcard, ScriptedChallenge challenge)
    {
        // The record of a domain above covers this one too when it has the wildcard policy.
        for (var domain = name; domain.Contains('.', StringComparison.Ordinal); domain = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            var needsPolicy = isWildcard || domain != name;
            if (lookUp($"_validation-persist.{domain}").Any(v => IsAccepted(v, challenge, needsPolicy, state.Now)))
            {
                return null;
            }
        }

        return Refused($"No TXT record at _validation-persist.{name} lets this account issue{(isWildcard ? " wildcards" : "")}.");
    }

    private static bool IsAccepted(string value, ScriptedChallenge challenge, bool needsPolicy, DateTimeOffset now)
    {
        var parts = value.Split(';').Select(p => p.Trim(' ', '\t')).ToArray();
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var (tag, text) = part.Split('=', 2) is [var t, var v] ? (t.TrimEnd(), v.TrimStart()) : (part, "");
            if (tag.Length == 0 || text.Any(c => c is <= ' ' or ';' or > '~') || !parameters.TryAdd(tag, text))
            {
                return false;
            }
        }

        var isInTime = !parameters.TryGetValue("persistUntil", out var until)
            || (long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= now.ToUnixTimeSeconds());
        return challenge.IssuerDomainNames.Contains(parts[0])
            && parameters.GetValueOrDefault("accounturi") == challenge.Authorization.Account.Url
            && (!needsPolicy || string.Equals(parameters.GetValueOrDefault("policy"), "wildcard", StringComparison.OrdinalIgnoreCase))
            && isInTime;
    }

    /// <summary>The first 10 bytes of the SHA-256 of the account's URL as base32 in lower case.</summary>
    private static string AccountLabel(string accountUrl)
    {
        var bits = string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(accountUrl)).Take(10).Select(b => b.ToString("b8", CultureInfo.InvariantCulture)));
        return string.Concat(bits.Chunk(5).Select(five => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(new string(five), 2)]));
    }

    private static ProblemDocument Refused(string detail) => new(403, "unauthorized", detail);
}
