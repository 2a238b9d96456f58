using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>An access token and until when it is of use.</summary>
/// <param name="Secret">The token.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record AzureToken(Secret Secret, DateTimeOffset Expires)
{
    /// <summary>A token that ends within this time is renewed first.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Whether it lasts for a while.</summary>
    /// <param name="now">The time.</param>
    /// <returns>True when it does.</returns>
    internal bool IsFresh(DateTimeOffset now) => now + Margin < Expires;

    /// <summary>Reads the answer of a token endpoint.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="now">The time.</param>
    /// <returns>The token, or null when the answer has none.</returns>
    internal static AzureToken? FromAnswer(string body, DateTimeOffset now)
    {
        if (ProviderJson.ReadObject(body) is not { } json || ProviderJson.Text(json, "access_token") is not { } text || new Secret(text) is var secret && !secret.IsHeaderText())
        {
            return null;
        }

        return new AzureToken(
            new Secret(text),
            Number(ProviderJson.Text(json, "expires_in")) is { } seconds ? After(now, seconds) : DateOf(ProviderJson.Text(json, "expires_on")) ?? now.AddMinutes(10));
    }

    /// <summary>Reads when a token ends that somebody gave.</summary>
    /// <param name="token">The token, a JWT (RFC 7519).</param>
    /// <returns>The token; one that does not tell is taken to last.</returns>
    internal static AzureToken FromGiven(Secret token)
    {
        var parts = token.Reveal().Split('.');
        return new AzureToken(token, (parts.Length == 3 ? DateOf(ExpiryIn(parts[1])) : null) ?? DateTimeOffset.MaxValue);
    }

    private static string? ExpiryIn(string payload)
    {
        try
        {
            return ProviderJson.Read(Encoding.UTF8.GetString(Base64Url.Decode(payload))) is JObject claims ? ProviderJson.Text(claims, "exp") : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? DateOf(string? seconds)
        => Number(seconds) is { } number and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(number) : null;

    // Dates end with the year 9999.
    private static DateTimeOffset After(DateTimeOffset now, long seconds)
        => seconds < (DateTimeOffset.MaxValue - now).TotalSeconds - 1 ? now.AddSeconds(seconds) : DateTimeOffset.MaxValue;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 253402300800 ? number : null;
}
