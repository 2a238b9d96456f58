using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>
/// The plugin scripts of one PowerShell session: what is known of them, and the sessions they run in. It lasts from
/// command to command, until the module is removed or the session is closed.
/// </summary>
internal sealed class ScriptPluginSession : IDisposable
{
    private static readonly TimeSpan TypeTimeLimit = TimeSpan.FromSeconds(30);

    // An import belongs to a session of PowerShell, and nothing else of an import outlives its commands.
    private static readonly ConditionalWeakTable<Runspace, ScriptPluginSession> Sessions = new();

    private readonly object _gate = new();
    private readonly PSHost _host;
    private readonly PSLanguageMode _languageMode;
    private readonly Dictionary<string, (DateTime Written, long Length, ScriptPlugin Plugin)> _plugins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PluginRunspace> _runspaces = new(StringComparer.Ordinal);

    private ScriptPluginSession(PSHost host, PSLanguageMode languageMode)
    {
        _host = host;
        _languageMode = languageMode;
    }

    /// <summary>The user's current folder; null when it is not known.</summary>
    public string? Folder { get; private set; }

    /// <summary>The one of a session of PowerShell.</summary>
    /// <param name="owner">The session.</param>
    /// <param name="command">The command at work in it.</param>
    public static ScriptPluginSession Of(Runspace owner, PSCmdlet command)
    {
        lock (Sessions)
        {
            if (!Sessions.TryGetValue(owner, out var session))
            {
                session = new ScriptPluginSession(command.Host, command.SessionState.LanguageMode);
                Sessions.Add(owner, session);
                owner.StateChanged += (sender, change) =>
                {
                    if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
                    {
                        End((Runspace)sender!);
                    }
                };
            }

            session.Folder = command.SessionState.Path.CurrentFileSystemLocation.ProviderPath;
            return session;
        }
    }

    /// <summary>Closes what a session of PowerShell has opened.</summary>
    public static void End(Runspace? owner)
    {
        ScriptPluginSession? session = null;
        lock (Sessions)
        {
            if (owner is not null && Sessions.TryGetValue(owner, out session))
            {
                Sessions.Remove(owner);
            }
        }

        session?.Dispose();
    }

    /// <summary>The plugin in a file; read anew when the file has changed.</summary>
    /// <exception cref="PoshAcmeException">It cannot be used: <c>PluginScriptInvalid</c>, <c>PluginScriptUnreadable</c>, or an error of running it.</exception>
    public ScriptPlugin Read(FileInfo file, IReporter reporter)
    {
        var (path, written, length) = (file.FullName, file.LastWriteTimeUtc, file.Length);
        lock (_gate)
        {
            if (_plugins.TryGetValue(path, out var known) && known.Written == written && known.Length == length)
            {
                return known.Plugin;
            }
        }

        var read = ScriptPluginFile.Read(path);
        var plugin = new ScriptPlugin(read, read.ContractFor(read.ConstantType ?? RunForType(read, reporter)), this);
        lock (_gate)
        {
            _plugins[path] = (written, length, plugin);
        }

        return plugin;
    }

    /// <summary>The session in which a plugin lives.</summary>
    public PluginRunspace RunspaceOf(ScriptPluginFile file)
    {
        lock (_gate)
        {
            if (!_runspaces.TryGetValue(file.Path, out var runspace))
            {
                _runspaces.Add(file.Path, runspace = new PluginRunspace(_host, _languageMode));
            }

            return runspace;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var runspace in _runspaces.Values)
            {
                runspace.Dispose();
            }

            _runspaces.Clear();
            _plugins.Clear();
        }
    }

    /// <summary>Scripts of the world say their type as a constant; one that computes it has to be run, and be quick.</summary>
    private string? RunForType(ScriptPluginFile file, IReporter reporter)
    {
        using var limit = new CancellationTokenSource(TypeTimeLimit);
        try
        {
            var call = new ScriptCall(file, ScriptPluginFile.TypeFunction, new Hashtable(), reporter, SystemClock.Instance);
            var output = Task.Run(() => RunspaceOf(file).CallAsync(call, limit.Token), CancellationToken.None).GetAwaiter().GetResult();
            return output.Count == 0 ? null : output[output.Count - 1].ToString();
        }
        catch (OperationCanceledException e)
        {
            throw new PoshAcmeException(
                "PluginScriptTimeout",
                ErrorKind.Timeout,
                $"The plugin script '{file.Path}' does not tell its type.",
                $"Let {ScriptPluginFile.TypeFunction} do nothing but return it.",
                e);
        }
    }
}
