using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Profile;

/// <summary>The names of servers, accounts and orders: they are names of folders.</summary>
public static class ProfileName
{
    private const int MaxLength = 253;

    private static readonly string[] ReservedNames =
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. "0123456789".SelectMany(d => new[] { "COM" + d, "LPT" + d })];

    /// <summary>Names of files that are at the same place as the folders.</summary>
    private static readonly string[] FileNames =
    [
        "current-server.txt", "current-account.txt", "current-order.txt", "dir.json", "acct.json", "pluginvars.json",
        "plugindata.xml", "proxycredential.json",
    ];

    /// <summary>Whether a text can be the name of a server, an account or an order.</summary>
    /// <param name="name">Letters, digits and <c>- . _ !</c>, at most 253 of them.</param>
    /// <returns>False also for names that a system reserves and for those that end with a dot.</returns>
    public static bool IsValid(string? name)
        => name is { Length: > 0 and <= MaxLength }
            && Regex.IsMatch(name, "^[0-9a-zA-Z._!-]+$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
            && !name.EndsWith("\n", StringComparison.Ordinal)
            && !name.EndsWith(".", StringComparison.Ordinal)
            && !ReservedNames.Contains(name.Split('.')[0], StringComparer.OrdinalIgnoreCase)
            && !FileNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a text that cannot be a name.</summary>
    /// <param name="name">The text.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>.</exception>
    public static void Check(string? name)
    {
        if (!IsValid(name))
        {
            throw new PoshAcmeException(
                "InvalidName",
                ErrorKind.InvalidArgument,
                $"'{name}' cannot be used as a name.",
                "Use letters, digits, hyphens, dots, underscores and exclamation marks; no dot at the end, and none of the names that Windows reserves.");
        }
    }

    /// <summary>The folder of an order: its main domain, with <c>!</c> for <c>*</c> and <c>_</c> for what no name can hold.</summary>
    /// <param name="mainDomain">A DNS name or an IP address.</param>
    /// <returns>The name.</returns>
    public static string FromMainDomain(string mainDomain) => FromText(mainDomain.Replace('*', '!'));

    /// <summary>The id of an account: the last part of its URL.</summary>
    /// <param name="location">The account's URL.</param>
    /// <returns>The name.</returns>
    public static string FromAccountUrl(string location)
        => FromText(location.Split('?', '#')[0].Split(['/'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "");

    /// <summary>Makes a name of any text.</summary>
    internal static string FromText(string text)
    {
        var name = new string(text.Select(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '-' or '.' or '_' or '!' ? c : '_').ToArray());
        name = name.Substring(0, Math.Min(name.Length, MaxLength)).TrimEnd('.');
        return IsValid(name) ? name : "_" + name.Substring(0, Math.Min(name.Length, MaxLength - 1));
    }
}
