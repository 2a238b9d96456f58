using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>
/// Takes the URL of a challenge out of what is given instead of one: a challenge, or an authorization of which one
/// challenge has been published.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChallengeUrlTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (inputData is string or PSObject { BaseObject: string } or null)
        {
            return inputData!;
        }

        if (AuthorizationInput.TryRead(inputData) is { } authorization)
        {
            return UrlOf(authorization);
        }

        return PSObjects.GetString(inputData, "url") ?? inputData;
    }

    private static string UrlOf(AuthorizationInput authorization)
    {
        var offered = authorization.OfferedTypes();

        // Where only variants of DNS validation are offered, as for a wildcard, dns-01 is meant unless another is named.
        var isDns = offered.Contains(ChallengeType.Dns01) && offered.All(t => t.StartsWith("dns-", StringComparison.Ordinal));
        var type = authorization.Published ?? (offered.Count == 1 ? offered[0] : isDns ? ChallengeType.Dns01 : throw new ArgumentTransformationMetadataException(
            $"The authorization of {authorization.Fqdn} offers several challenges ({string.Join(", ", offered)}), and none is marked as published. Give the URL of one, such as $auths.DNS01Url or $auths.HTTP01Url."));
        return authorization.Url(type) ?? throw new ArgumentTransformationMetadataException(
            $"The authorization of {authorization.Fqdn} has no {type} challenge.");
    }
}
