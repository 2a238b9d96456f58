using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>
/// The session in which one plugin script lives: what it keeps in <c>$script:</c> variables lasts from call to call.
/// Calls come one after the other. It is not the user's pipeline, so it works while that is being stopped.
/// </summary>
internal sealed class PluginRunspace(PSHost host, PSLanguageMode languageMode) : IDisposable
{
    private const string ScopeResource = "PluginScope.ps1";

    /// <summary>For scripts that ask for it in Windows PowerShell, where web commands cannot leave certificates unchecked.</summary>
    private const string CertificateSwitch = """
        class CertValidation {
            static [void] Ignore() { [Net.ServicePointManager]::ServerCertificateValidationCallback = $global:PoshAcmeSharp.AnyCertificate }
            static [void] Restore() { [Net.ServicePointManager]::ServerCertificateValidationCallback = $null }
        }
        """;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PluginHost _host = new(host);
    private readonly PluginBridge _bridge = new();
    private Runspace? _runspace;
    private ScriptPluginFile? _loaded;

    /// <summary>Calls a function.</summary>
    /// <returns>What it wrote to the pipeline.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>PluginScriptFailed</c>, <c>PluginScriptBlocked</c>: the system does not let it run, <c>PluginScriptTimeout</c>.
    /// </exception>
    public async Task<IReadOnlyList<object>> CallAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _bridge.Call = call;
            await LoadAsync(call, cancellationToken).ConfigureAwait(false);
            var state = _runspace!.SessionStateProxy;
            state.SetVariable("DebugPreference", call.Reporter.IsDebugEnabled ? ActionPreference.Continue : ActionPreference.SilentlyContinue);
            if (call.Folder is { } folder && Directory.Exists(folder))
            {
                state.Path.SetLocation(WildcardPattern.Escape(folder));
            }

            var command = new Command("Invoke-PoshAcmePlugin");
            command.Parameters.Add("PoshAcmeFunction", call.Function);
            command.Parameters.Add("PoshAcmeArguments", call.Arguments);
            return await RunAsync(call, command, call.Function, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bridge.Call = null;
            _turn.Release();
        }
    }

    public void Dispose() => Drop();

    /// <summary>Opens the session and runs the script in it, unless that is done or the file is another one by now.</summary>
    private async Task LoadAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_loaded, call.File))
        {
            return;
        }

        Drop();
        try
        {
            Open(call.File.Name);
            await RunAsync(call, new Command(ReadScope(), isScript: true, useLocalScope: false), "the session", cancellationToken).ConfigureAwait(false);
            if (call.File.Text.Contains("[CertValidation]") && !LanguagePrimitives.IsTrue(_runspace!.SessionStateProxy.GetVariable("SkipCertSupported")))
            {
                await RunAsync(call, new Command(CertificateSwitch, isScript: true, useLocalScope: false), "the session", cancellationToken).ConfigureAwait(false);
            }

            if (call.File.Text.Contains("[Org.BouncyCastle."))
            {
                ShowBouncyCastle();
            }

            // Dot-sourced by its path, so that it knows its place and the execution policy decides.
            await RunAsync(call, new Command(call.File.Path, isScript: false, useLocalScope: false), "the script itself", cancellationToken).ConfigureAwait(false);
            _loaded = call.File;
        }
        finally
        {
            if (_loaded is null)
            {
                Drop();
            }
        }
    }

    private void Open(string name)
    {
        var initial = InitialSessionState.CreateDefault2();
        if (languageMode == PSLanguageMode.ConstrainedLanguage)
        {
            initial.LanguageMode = languageMode;
        }

        _runspace = RunspaceFactory.CreateRunspace(_host, initial);
        _runspace.Name = "PoshAcmeSharp plugin " + name;
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        var state = _runspace.SessionStateProxy;
        state.SetVariable("PoshAcmeSharp", _bridge.ToVariable());

        // The command decides what is shown. Progress of downloads slows Windows PowerShell down many times.
        state.SetVariable("VerbosePreference", ActionPreference.Continue);
        state.SetVariable("ProgressPreference", ActionPreference.SilentlyContinue);
    }

    private async Task<IReadOnlyList<object>> RunAsync(ScriptCall call, Command command, string what, CancellationToken cancellationToken)
    {
        _host.TakeExitCode();
        var invocation = new PluginInvocation(_runspace!, call, command, what);
        try
        {
            var output = await invocation.RunAsync(cancellationToken).ConfigureAwait(false);
            return _host.TakeExitCode() is not { } code ? output : throw new PoshAcmeException(
                "PluginScriptFailed",
                ErrorKind.InvalidOperation,
                $"The plugin {call.File.Name} ended with 'exit {code}' in {what}.",
                $"Look at the script '{call.File.Path}'.");
        }
        finally
        {
            if (!invocation.HasEnded)
            {
                // It did not let itself be stopped; whatever comes next gets a session of its own.
                Drop();
            }
        }
    }

    private static void ShowBouncyCastle()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(PluginRunspace).Assembly.Location)!, "dependencies");
        foreach (var library in Directory.GetFiles(folder, "BouncyCastle*.dll"))
        {
            Assembly.LoadFrom(library);
        }
    }

    private static string ReadScope()
    {
        using var stream = typeof(PluginRunspace).Assembly.GetManifestResourceStream(typeof(PluginRunspace), ScopeResource)
            ?? throw new InvalidOperationException($"The resource {ScopeResource} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Drop()
    {
        var old = _runspace;
        _runspace = null;
        _loaded = null;
        if (old is not null)
        {
            // Closing waits for what still runs, which may be for ever; CloseAsync would do so on a thread that keeps
            // the process alive.
            _ = Task.Run(old.Dispose);
        }
    }
}
