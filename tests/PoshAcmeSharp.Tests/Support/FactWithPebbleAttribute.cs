using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>A test that needs a Pebble that can do something; where it cannot, or is missing, the test is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithPebbleAttribute : FactAttribute
{
    public FactWithPebbleAttribute(PebbleFeature feature)
    {
        Feature = feature;
        Skip = new FactWithAttribute("pebble", "pebble-challtestsrv").Skip
            ?? PebbleProbe.Missing.Value.GetValueOrDefault(feature);
    }

    public PebbleFeature Feature { get; }
}

/// <summary>What not every version of Pebble can do.</summary>
public enum PebbleFeature
{
    /// <summary>Renewal information and orders that replace certificates (RFC 9773).</summary>
    RenewalInfo,

    /// <summary>Certificate profiles.</summary>
    Profiles,

    /// <summary>dns-account-01 at the names of the present draft.</summary>
    DnsAccount,
}
