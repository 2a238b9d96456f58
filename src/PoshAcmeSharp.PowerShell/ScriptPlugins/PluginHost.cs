using System.Globalization;
using System.Management.Automation.Host;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>The user's host for a plugin script: it shows and asks there, but cannot end the user's session.</summary>
internal sealed class PluginHost(PSHost host) : PSHost
{
    private int? _exitCode;

    public override CultureInfo CurrentCulture => host.CurrentCulture;

    public override CultureInfo CurrentUICulture => host.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => host.Name;

    public override Version Version => host.Version;

    public override PSHostUserInterface UI => host.UI;

    /// <summary>The code of an <c>exit</c> since the last question; null when there was none.</summary>
    public int? TakeExitCode()
    {
        var code = _exitCode;
        _exitCode = null;
        return code;
    }

    public override void SetShouldExit(int exitCode) => _exitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("A plugin cannot open a prompt.");

    public override void ExitNestedPrompt()
    {
        // There is none.
    }

    public override void NotifyBeginApplication() => host.NotifyBeginApplication();

    public override void NotifyEndApplication() => host.NotifyEndApplication();
}
