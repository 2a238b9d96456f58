using System.Globalization;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>What the answers of name servers mean and what to do about them.</summary>
internal static class Rfc2136Errors
{
    private const string Prefix = Rfc2136Plugin.PluginName + ".";

    /// <summary>The name of a code as RFCs have it.</summary>
    /// <param name="code">The code.</param>
    /// <returns>Such as <c>NOTAUTH</c>; a number where it has no name.</returns>
    internal static string NameOf(UpdateCode code)
        => Enum.IsDefined(typeof(UpdateCode), code) ? code.ToString().ToUpperInvariant() : "code " + ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>The error for a key that the server does not accept.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="keyName">The name of the key, or null when none was used.</param>
    /// <param name="now">The time of this machine.</param>
    /// <returns>The error; null when the key is not what is wrong.</returns>
    internal static PoshAcmeException? OfKey(UpdateAnswer answer, string? keyName, DateTimeOffset now)
    {
        if (answer.SignatureError == UpdateCode.NoError || keyName is null)
        {
            return null;
        }

        var code = $"{NameOf(answer.Code)}, {NameOf(answer.SignatureError)}";
        var (message, action) = answer.SignatureError switch
        {
            UpdateCode.BadKey => (
                $"The name server {answer.Server} has no key {keyName} of this type ({code}).",
                "Compare DDNSKeyName and DDNSKeyType with the key in the server's configuration."),
            UpdateCode.BadSig => (
                $"The name server {answer.Server} does not accept what the key {keyName} signed ({code}): its secret is another one there.",
                "Compare DDNSKeyValue with the secret in the server's configuration."),
            UpdateCode.BadTime => (
                $"The name server {answer.Server} does not accept the time of the signature ({code}): {Skew(answer, now)}",
                "Set the clocks of both machines by the same time server."),
            _ => (
                $"The name server {answer.Server} does not accept the signature of the key {keyName} ({code}).",
                "Compare the key's name, type and value with the server's configuration."),
        };
        return new(Prefix + (Enum.IsDefined(typeof(UpdateCode), answer.SignatureError) ? answer.SignatureError : UpdateCode.BadSig), ErrorKind.Security, message, action);
    }

    /// <summary>The error for an update that was refused.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="keyName">The name of the key, or null when none was used.</param>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="zone">The zone.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException OfUpdate(UpdateAnswer answer, string? keyName, string recordName, string zone)
    {
        var code = NameOf(answer.Code);
        var (kind, message, action) = answer.Code switch
        {
            UpdateCode.Refused => (
                ErrorKind.PermissionDenied,
                $"The name server {answer.Server} does not let {(keyName is null ? "a client without a key" : "the key " + keyName)} change the TXT record {recordName} ({code}).",
                keyName is null
                    ? "Give DDNSKeyName, DDNSKeyType and DDNSKeyValue: few servers take updates that are not signed."
                    : $"Allow it in the server's configuration of the zone {zone} (update-policy or allow-update of bind, acl of knot)."),
            UpdateCode.NotAuth => (
                ErrorKind.InvalidArgument,
                $"The name server {answer.Server} does not speak for the zone {zone} ({code}).",
                "Name the zone's primary server with DDNSNameserver, and the right zone with DDNSZone if that is given."),
            UpdateCode.NotZone => (
                ErrorKind.InvalidArgument,
                $"The record {recordName} is not in the zone {zone} of the name server {answer.Server} ({code}).",
                "Correct DDNSZone, or leave it out."),
            UpdateCode.NotImp => (
                ErrorKind.InvalidOperation,
                $"The name server {answer.Server} takes no dynamic updates ({code}).",
                $"Allow them for the zone {zone}, or name another server with DDNSNameserver."),
            UpdateCode.ServFail => (
                ErrorKind.InvalidOperation,
                $"The name server {answer.Server} failed to change the zone {zone} ({code}).",
                "Look into the server's log; often it may not write the zone's files."),
            _ => (
                ErrorKind.InvalidOperation,
                $"The name server {answer.Server} did not change the TXT record {recordName} of the zone {zone} ({code}).",
                "Look into the server's log."),
        };
        return new(Prefix + (Enum.IsDefined(typeof(UpdateCode), answer.Code) ? answer.Code.ToString() : "Refused"), kind, message, action);
    }

    /// <summary>The error for a success that nobody vouches for.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="keyName">The name of the key.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException NotSigned(UpdateAnswer answer, string keyName) => new(
        Prefix + nameof(NotSigned),
        ErrorKind.Security,
        answer.Tsig is null
            ? $"The name server {answer.Server} answered without a signature of the key {keyName}: whether the answer is its own is not known."
            : $"The answer of the name server {answer.Server} is not what the key {keyName} would have signed now: it may be forged.",
        "See that nothing between this machine and the server changes DNS messages; where only questions for the SOA record fail, name the zone with DDNSZone.");

    /// <summary>The error for a server that does not answer.</summary>
    /// <param name="server">The address, with its port.</param>
    /// <param name="reason">Why it cannot be reached; null when it was silent.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException Silent(string server, Exception? reason) => reason is null
        ? new(
            Prefix + "Timeout",
            ErrorKind.Timeout,
            $"The name server {server} did not answer, neither over UDP nor over TCP.",
            "Check DDNSNameserver and DDNSPort, and that a firewall lets UDP and TCP pass.")
        : new(
            Prefix + "Unreachable",
            ErrorKind.Connection,
            $"The name server {server} cannot be reached: {reason.Message}",
            "Check DDNSNameserver and DDNSPort, and that a firewall lets UDP and TCP pass.",
            reason);

    /// <summary>The error for an answer that cannot be read.</summary>
    /// <param name="server">The address, with its port.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException Invalid(string server, FormatException reason) => new(
        Prefix + "InvalidAnswer",
        ErrorKind.InvalidData,
        $"The name server {server} sent an answer that is not valid: {reason.Message}.",
        "Check that DDNSNameserver and DDNSPort lead to a name server.",
        reason);

    private static string Skew(UpdateAnswer answer, DateTimeOffset now)
    {
        var limit = Tsig.Fudge.ToString(CultureInfo.InvariantCulture);
        if (answer.Tsig?.ServerTime is not { } time)
        {
            return $"the clocks of this machine and the server are more than {limit} s apart.";
        }

        var ahead = now.ToUnixTimeSeconds() - time;
        return $"the clock of this machine is {Math.Abs(ahead).ToString(CultureInfo.InvariantCulture)} s {(ahead < 0 ? "behind" : "ahead of")} the server's, and {limit} s are allowed.";
    }
}
