using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>One of the modules that have commands for bindings of IIS. Used on the pipeline thread.</summary>
internal abstract class IisModule(SessionCommands commands, string name, params string[] needed)
{
    protected const string Https = "https";

    public string Name => name;

    /// <summary>Whether the session has all commands that are needed.</summary>
    public bool IsThere => Array.TrueForAll(needed, n => commands.Find(n) is not null);

    public abstract IEnumerable<string> GetSites();

    public abstract IEnumerable<IisBinding> GetBindings();

    /// <summary>Gives a binding that is there another certificate.</summary>
    public abstract void Replace(IisBinding binding, string thumbprint, string storeName);

    /// <summary>Adds a binding with its certificate.</summary>
    public abstract void Add(IisBinding binding);

    protected IReadOnlyList<PSObject> Invoke(string command, params (string Name, object? Value)[] parameters)
        => commands.Invoke(commands.Find(command)!, parameters);

    /// <summary>Reads a binding; null when it is none that could have a certificate.</summary>
    protected static IisBinding? Read(string site, PSObject shown)
        => IisBinding.Parse(site, SessionCommands.Text(shown, "bindingInformation")) is { } binding
            ? binding with
            {
                SslFlags = ReadFlags(shown),
                Thumbprint = ReadThumbprint(shown),
                StoreName = SessionCommands.Text(shown, "certificateStoreName"),
            }
            : null;

    private static int ReadFlags(PSObject shown)
        => LanguagePrimitives.TryConvertTo(SessionCommands.Plain(shown, "sslFlags"), CultureInfo.InvariantCulture, out int flags) ? flags : 0;

    /// <summary>One module has it as text, the other as bytes.</summary>
    private static string ReadThumbprint(PSObject shown) => SessionCommands.Plain(shown, "certificateHash") switch
    {
        null => string.Empty,
        string text => text.ToUpperInvariant(),
        IEnumerable bytes => string.Concat(bytes.Cast<object>().Select(b => string.Format(CultureInfo.InvariantCulture, "{0:X2}", b is PSObject o ? o.BaseObject : b))),
        var other => other.ToString().ToUpperInvariant(),
    };
}
