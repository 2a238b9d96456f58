using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>A key that client and server share (RFC 8945 section 2).</summary>
internal sealed class TsigKey
{
    private readonly Secret _value;

    private TsigKey(string name, TsigAlgorithm algorithm, Secret value)
    {
        Name = name;
        Algorithm = algorithm;
        _value = value;
    }

    /// <summary>The name, lower case and without a trailing dot.</summary>
    internal string Name { get; }

    /// <summary>How it signs.</summary>
    internal TsigAlgorithm Algorithm { get; }

    /// <summary>Reads the key from the arguments.</summary>
    /// <param name="options">The arguments.</param>
    /// <returns>The key; null when none is given.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: a part is missing or cannot be used.</exception>
    internal static TsigKey? From(Rfc2136Options options)
    {
        var value = options switch
        {
            { DDNSKeyValue.Length: > 0 } => new Secret(options.DDNSKeyValue.Copy()),
            { DDNSKeyValueInsecure.Length: > 0 } => new Secret(options.DDNSKeyValueInsecure),
            _ => null,
        };
        var name = options.DDNSKeyName?.Trim() ?? string.Empty;
        var type = options.DDNSKeyType?.Trim() ?? string.Empty;
        if (value is null && name.Length + type.Length == 0)
        {
            return null;
        }

        var missing = new[]
        {
            name.Length == 0 ? nameof(Rfc2136Options.DDNSKeyName) : null,
            type.Length == 0 ? nameof(Rfc2136Options.DDNSKeyType) : null,
            value is null ? nameof(Rfc2136Options.DDNSKeyValue) : null,
        }.OfType<string>().ToList();
        if (missing.Count > 0)
        {
            throw Invalid(
                $"A key for signed updates has a name, a type and a value; missing: {string.Join(", ", missing)}.",
                "Give all three, or none where the server takes updates that are not signed.");
        }

        var algorithm = TsigAlgorithm.Find(type)
            ?? throw Invalid($"DDNSKeyType '{type}' is none of {TsigAlgorithm.Names}.", "Give the algorithm that the server's configuration has for the key.");
        var key = new TsigKey(CheckName(name), algorithm, value!);
        return key.IsUsable()
            ? key
            : throw Invalid($"The value of the key {key.Name} is not base64.", "Give the secret as it stands in the server's configuration, without quotes.");
    }

    /// <summary>Computes the code of a message.</summary>
    /// <param name="data">What is signed.</param>
    /// <returns>The code.</returns>
    internal byte[] ComputeMac(byte[] data) => Algorithm.ComputeMac(Convert.FromBase64String(_value.Reveal()), data);

    private bool IsUsable()
    {
        try
        {
            return Convert.FromBase64String(_value.Reveal()).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string CheckName(string name)
    {
        var bare = name.TrimEnd('.').ToLowerInvariant();
        try
        {
            WireName.Write([], bare);
            return bare;
        }
        catch (PoshAcmeException e)
        {
            throw Invalid($"DDNSKeyName '{name}' is not the name of a key.", "Give the name that the server's configuration has for the key.", e);
        }
    }

    private static PoshAcmeException Invalid(string message, string action, Exception? innerException = null)
        => new("InvalidPluginArguments", ErrorKind.InvalidArgument, message, action, innerException);
}
